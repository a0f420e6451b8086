/** Virtual machines of libvirt as machines to run tests on. */
module dev.atex.libvirt {
    requires transitive dev.atex.core;
    requires dev.atex.ssh;
    requires java.xml;
    requires static transitive org.jspecify;

    exports dev.atex.libvirt;
    exports dev.atex.libvirt.virsh;

    provides dev.atex.lease.Reclaimer with
            dev.atex.libvirt.VirtReclaimer,
            dev.atex.libvirt.RemoteVirtReclaimer;
    provides dev.atex.provisioner.ProvisionerFactory with
            dev.atex.libvirt.VirtProvisionerFactory;
}

/** Virtual machines of libvirt as machines to run tests on. */
module dev.atex.libvirt {
    requires transitive dev.atex.core;
    requires transitive dev.atex.ssh;
    requires java.xml;
    requires static transitive org.jspecify;

    exports dev.atex.libvirt;
    exports dev.atex.libvirt.install;
    exports dev.atex.libvirt.shared;
    exports dev.atex.libvirt.virsh;

    provides dev.atex.lease.Reclaimer with
            dev.atex.libvirt.VirtReclaimer,
            dev.atex.libvirt.RemoteVirtReclaimer,
            dev.atex.libvirt.shared.LocalSharedReclaimer,
            dev.atex.libvirt.shared.SharedReclaimer;
    provides dev.atex.provisioner.ProvisionerFactory with
            dev.atex.libvirt.VirtProvisionerFactory,
            dev.atex.libvirt.shared.SharedProvisionerFactory;
}

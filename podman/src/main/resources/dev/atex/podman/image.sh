# Makes a container boot: installs an init system and what tests need, with the package tool that there is.
# Arguments: more packages. Everything goes to standard output.
set -e
exec 2>&1 </dev/null
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

tool=
for candidate in dnf5 dnf yum apt-get zypper apk; do
  command -v "$candidate" >/dev/null && tool=$candidate && break
done
echo "installing with ${tool:-nothing}"
case $tool in
  apt-get)
    apt-get -q update
    apt-get -q -y -o Dpkg::Use-Pty=0 install --no-install-recommends systemd systemd-sysv dbus bash tar util-linux bsdutils "$@"
    apt-get clean
    rm -rf /var/lib/apt/lists/*_* ;;
  dnf5 | dnf | yum)
    "$tool" -y install systemd dbus bash tar util-linux "$@"
    command -v script >/dev/null || "$tool" -y install util-linux-script
    "$tool" clean all ;;
  zypper)
    zypper --non-interactive install --no-recommends systemd systemd-sysvcompat dbus-1 bash tar util-linux "$@"
    zypper clean --all ;;
  apk)
    apk add --no-cache openrc bash tar util-linux coreutils "$@"
    # no terminals to log in on, and nothing that belongs to a kernel of its own
    sed -i '/^tty[0-9]/d' /etc/inittab
    sed -i 's/^#*rc_sys=.*/rc_sys="docker"/' /etc/rc.conf ;;
  *)
    echo "there is no dnf5, dnf, yum, apt-get, zypper or apk in this image"
    exit 1 ;;
esac

if [ -d /usr/lib/systemd/system ] || [ -d /lib/systemd/system ]; then
  # what only works on a machine, and would fail or wait here
  for unit in systemd-remount-fs.service systemd-udevd.service systemd-udev-trigger.service systemd-networkd-wait-online.service \
    systemd-firstboot.service systemd-homed-firstboot.service getty.target console-getty.service dev-hugepages.mount \
    sys-fs-fuse-connections.mount sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount; do
    ln -sf /dev/null "/etc/systemd/system/$unit"
  done
  : > /etc/machine-id # each container gets its own
  rm -f /var/lib/dbus/machine-id
fi
rm -f /etc/fstab /run/nologin
[ -x /sbin/init ] || { echo "there is no /sbin/init, although everything was installed"; exit 1; }

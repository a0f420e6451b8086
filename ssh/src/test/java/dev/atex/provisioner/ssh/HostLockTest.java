package dev.atex.provisioner.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The lock of a host: its expiry, and its defense against other users. */
@Timeout(300)
@Tag("slow")
class HostLockTest {
    /** {@code uptime SECONDS}, {@code boot ID} and {@code first TICKS} set what the kernel reports. */
    private static final String MACHINE = """
            fake() { echo "$2" > /var/fake; cp /var/fake /var/fake-$3; mount --bind /var/fake-$3 $1; }
            uptime() { fake /proc/uptime "$1.00 0.00" uptime; }
            boot() { fake /proc/sys/kernel/random/boot_id "$1" boot; }
            first() { fake /proc/1/stat "1 (in it) S $(seq -s' ' 18) $1 0 0" first; }
            """;

    static Stream<Box> boxes() {
        return Box.all();
    }

    /** The timeout of busybox looks at its program once a second. */
    static Stream<Box> quickBoxes() {
        return boxes().filter(box -> box.tools().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void lockHoldsWhateverHostClockSays(Box box) throws Exception {
        assertThat(box.run("""
                        mkdir /var/bin
                        PATH=/var/bin:$PATH
                        clock() { echo "exec $(PATH=/usr/bin:/bin command -v date) -d '$1' \\"\\$@\\"" > /var/bin/date; chmod 755 /var/bin/date; }
                        host lock one-1
                        for time in 'now + 1 day' 'now - 2 days' 'now + 1 hour' '1970-01-01'; do
                          clock "$time"
                          host lock two-1 | sed 's/held [0-9]* - /held /'
                        done
                        host renew one-1
                        clock 'now + 1 day'
                        host renew one-1
                        """)).isEqualTo("""
                locked
                held me@here:run
                held me@here:run
                held me@here:run
                held me@here:run
                renewed
                renewed""");
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void lockOfDeadRunExpires(Box box) throws Exception {
        assertThat(box.run(MACHINE + """
                uptime 1000
                host lock one-1
                uptime 1599
                host lock two-1
                uptime 1601
                host lock two-1
                host renew one-1
                """)).isEqualTo("locked\nheld 1 - me@here:run\nlocked\nlost");
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void lockSurvivesBootAndHoldsFromThenOn(Box box) throws Exception {
        assertThat(box.run(MACHINE + """
                uptime 100000
                first 2
                host lock one-1
                boot another
                uptime 20
                host lock two-1
                uptime 599
                host lock two-1
                host renew one-1
                uptime 1100
                host lock two-1
                boot third
                uptime 610
                host lock two-1
                """)).isEqualTo("""
                locked
                held 580 - me@here:run
                held 1 - me@here:run
                renewed
                held 99 - me@here:run
                locked""");
    }

    /** A container has the boot id of its host; its uptime is that of the host or, with lxcfs, its own. */
    @ParameterizedTest
    @MethodSource("boxes")
    void restartOfContainerCountsAsBoot(Box box) throws Exception {
        assertThat(box.run(MACHINE + """
                uptime 100000
                first 9000000
                host lock one-1
                first 10100000
                uptime 101010
                host lock two-1
                uptime 101601
                host lock two-1
                host release two-1
                host lock one-1
                first 11100000
                uptime 3
                host lock two-1
                uptime 601
                host lock two-1
                """)).isEqualTo("""
                locked
                held 590 - me@here:run
                locked
                released
                locked
                held 597 - me@here:run
                locked""");
    }

    @ParameterizedTest
    @MethodSource("quickBoxes")
    void locksOfDifferentUsersExcludeEachOther(Box box) throws Exception {
        assertThat(box.run(MACHINE + """
                uptime 1000
                as 4001 host lock one-1
                host lock two-1
                as 4002 host lock three-1
                as 4001 host renew one-1 300
                uptime 1301
                as 4002 host lock three-1
                as 4001 host renew one-1
                host lock two-1
                as 4002 host release three-1
                as 4001 host renew one-1
                host lock two-1
                as 4001 host lock four-1
                """)).isEqualTo("""
                locked
                held 600 4001 me@here:run
                held 600 4001 me@here:run
                renewed
                locked
                lost
                held 600 4002 me@here:run
                released
                lost
                locked
                held 600 root me@here:run""");
    }

    /** Two users never have the host at the same time. */
    @ParameterizedTest
    @MethodSource("quickBoxes")
    void onlyOneOfConcurrentUsersGetsLock(Box box) throws Exception {
        assertThat(box.run("""
                        for round in 1 2 3 4 5; do
                          for user in 0 4001 4002 4003; do as $user host lock r$user-1 > /var/answer$user & done
                          wait
                          cat /var/answer* | grep -c -x locked
                          for user in 0 4001 4002 4003; do as $user host release r$user-1; done | sort -u
                        done
                        """)).isEqualTo("1\nreleased\n".repeat(5).strip());
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void pipesInPlaceOfLockDoNotBlock(Box box) throws Exception {
        String said = box.run("""
                host lock zero-1; host release zero-1
                d=/var/atex-host
                echo "> the lock that there was before"
                mkdir -m 777 /var/tmp/atex-host; mkfifo -m 666 /var/tmp/atex-host/lock
                host lock a-1; host release a-1
                echo "> a pipe for the lock"
                mkfifo $d/lock; host lock a-1; host renew a-1; host release a-1
                mkfifo $d/lock; host renew a-1; host status a-1; host release a-1; rm $d/lock
                echo "> a pipe for the new one"
                mkfifo $d/new; host lock a-1; host release a-1
                echo "> a link to a pipe"
                mkfifo /tmp/pipe; ln -s /tmp/pipe $d/lock; host lock a-1; host release a-1
                echo "> a directory"
                mkdir $d/lock; host lock a-1; rmdir $d/lock
                echo "> a pipe for what is locked"
                rm $d/serial; mkfifo $d/serial; host lock a-1; host release a-1; rm $d/serial
                echo "> a link to what is another's"
                ln -s /etc/passwd $d/serial; host lock a-1; rm $d/serial
                echo "> a pipe for the directory"
                rm -r $d; mkfifo $d; host lock a-1; host release a-1; rm $d
                echo "> the name of root's other directory"
                as 4001 mkdir /var/tmp/atex-host-0; host lock a-1; host release a-1
                """);
        String refused = "the lock of the host is refused: /var/atex-host";
        assertThat(said)
                .isEqualTo(String.join(
                        "\n",
                        "locked",
                        "released",
                        "> the lock that there was before",
                        "locked",
                        "released",
                        "> a pipe for the lock",
                        "locked",
                        "renewed",
                        "released",
                        "lost",
                        "released",
                        "> a pipe for the new one",
                        "locked",
                        "released",
                        "> a link to a pipe",
                        "locked",
                        "released",
                        "> a directory",
                        refused + "/lock is a directory. Remove it",
                        "> a pipe for what is locked",
                        refused + "/serial is no file of user root. Remove it",
                        refused + "/serial is no file of user root. Remove it",
                        "> a link to what is another's",
                        refused + "/serial is no file of user root. Remove it",
                        "> a pipe for the directory",
                        refused + " is no directory. Remove it",
                        "released",
                        "> the name of root's other directory",
                        "locked",
                        "released"));
    }

    @ParameterizedTest
    @MethodSource("quickBoxes")
    void otherUserCanObstructOnlyOrdinaryUsersAndIsNamed(Box box) throws Exception {
        assertThat(box.run("""
                        user="as 4001"
                        $user mkdir /var/tmp/atex-host-4001
                        for make in "mkfifo LOCK" "ln -s /etc/passwd LOCK" "mkdir LOCK" "ln -s 'have x zz/../y - - 1 1 me' LOCK" \\
                          "ln -s 'have x y - - 99999999999999999999 1 me' LOCK" "ln -s 'have x y - - 1 999999999 me' LOCK"; do
                          $user bash -c "${make/LOCK//var/tmp/atex-host-4001/lock}"
                          host lock a-1; host release a-1
                          as 4002 host lock b-1; as 4002 host release b-1
                          $user rm -rf /var/tmp/atex-host-4001/lock
                        done 2>&1 | sort | uniq -c | sed 's/^ *//'
                        $user mkdir /var/tmp/atex-host-4003
                        $user mkfifo /var/tmp/atex-host-4004
                        for other in 4003 4004; do as $other host lock c-1; as $other host release c-1; done
                        $user flock /var/atex-host sleep 1000 &
                        until ! flock -n /var/atex-host true; do :; done
                        host lock a-1
                        """)).isEqualTo("""
                12 locked
                12 released
                the lock of the host is refused: /var/tmp/atex-host-4003 belongs to user 4001 and not to 4003. Remove it as root
                released
                the lock of the host is refused: /var/tmp/atex-host-4004 belongs to user 4001 and not to 4004. Remove it as root
                released
                locked""");
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void lockOfOtherUserIsReadAsTextOnly(Box box) throws Exception {
        assertThat(box.run(MACHINE + """
                uptime 10
                as 4001 mkdir /var/tmp/atex-host-4001
                as 4001 ln -s 'have x y - - 1 90 a\\033[31m\\nlocked\\c $(id) `id` * me' /var/tmp/atex-host-4001/lock
                host lock a-1
                as 4001 ln -sfn 'have x y - - 1 90 a'$'\\nlocked' /var/tmp/atex-host-4001/lock
                host lock a-1
                """)).isEqualTo("held 80 4001 a\\033[31m\\nlocked\\c $(id) `id` * me\nlocked");
    }

    @ParameterizedTest
    @MethodSource("quickBoxes")
    void waitForLockedLockHasTimeLimit(Box box) throws Exception {
        assertThat(box.run("""
                        host lock a-1
                        flock /var/atex-host/serial sleep 1000 &
                        until ! flock -n /var/atex-host/serial true; do :; done
                        call renew a-1 20 600 2>&1
                        echo $?
                        kill %1 2>/dev/null; pkill -x sleep; wait 2>/dev/null
                        host renew a-1
                        """)).isEqualTo("""
                locked
                the lock of the host cannot be looked at: for 10 s another process of user root has kept /var/atex-host/serial locked
                1
                renewed""");
    }

    @ParameterizedTest
    @MethodSource("quickBoxes")
    void stoppedScriptDoesNotKeepLock(Box box) throws Exception {
        assertThat(box.run("""
                        host lock a-1
                        mkdir /var/bin
                        cat > /var/bin/flock <<'END'
                        #!/bin/sh
                        /usr/bin/flock "$@"
                        read -r _ _ _ shell _ < /proc/$PPID/stat # what calls it by timeout
                        kill -STOP $shell
                        END
                        chmod 755 /var/bin/flock
                        (PATH=/var/bin:$PATH; call renew a-1 2 600; echo $?) 2>/dev/null
                        host renew a-1
                        """)).isEqualTo("locked\n137\nrenewed");
    }

    /** As after a run that was killed before its order to lock arrived. */
    @ParameterizedTest
    @MethodSource("boxes")
    void orderToLockAfterReleaseIsRefused(Box box) throws Exception {
        assertThat(box.run("""
                        host release one-1 late
                        host lock one-1
                        ls -A /var/atex-host/leases; [ ! -h /var/atex-host/lock ] || echo locked
                        host lock two-1
                        host lock one-1
                        host release two-1
                        host release two-1 late
                        host lock two-1
                        host lock three-1
                        """)).isEqualTo("released\nended\nlocked\nended\nreleased\nreleased\nended\nlocked");
    }

    /** The order is half done when the lease is released. */
    @ParameterizedTest
    @MethodSource("quickBoxes")
    void orderToLockStoppedDuringReleaseLeavesNothing(Box box) throws Exception {
        assertThat(box.run("""
                        stopping() { # PROGRAM: makes it stop its shell once
                        mkdir -p /var/bin
                        cat > /var/bin/$1 <<END
                        #!/bin/sh
                        /usr/bin/$1 "\\$@"
                        result=\\$?
                        [ -e /var/stopped ] || { echo \\$PPID > /var/stopped; kill -STOP \\$PPID; }
                        exit \\$result
                        END
                        chmod 755 /var/bin/$1
                        }
                        late() {
                          (PATH=/var/bin:$PATH; host lock $1 > /var/said; echo $? >> /var/said) &
                          until [ -s /var/stopped ]; do :; done
                          host release $1 late
                          kill -CONT $(cat /var/stopped)
                          wait
                          tail -n 1 /var/said; grep -x locked /var/said
                          ls -A /var/atex-host/leases; [ ! -h /var/atex-host/lock ] || echo locked
                          rm -r /var/bin /var/stopped
                        }
                        stopping id; late one-1 # before anything else
                        call lock dead-1 60 me@here:run 0
                        stopping grep; late two-1 # it has the lock, and sweeps what dead leases have left
                        host lock three-1
                        """)).isEqualTo("released\n0\nlocked\nreleased\n1\nlocked");
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void endedLeasesAreForgottenAfterDayOrBoot(Box box) throws Exception {
        assertThat(box.run(MACHINE + """
                uptime 1000
                for i in 1 2 3; do host release lease-$i late; done
                uptime 80000
                host release lease-4 late
                host lock next-1; host release next-1; ls /var/atex-host/ended | wc -l
                uptime 87500
                host lock next-1; host release next-1; ls /var/atex-host/ended
                host lock lease-4
                boot another
                uptime 100
                host lock next-1; host release next-1; ls /var/atex-host/ended | wc -l
                """))
                .isEqualTo("released\n".repeat(4) + "locked\nreleased\n4\n" + "locked\nreleased\nlease-4\nended\n"
                        + "locked\nreleased\n0");
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void obstaclesToEndedLeasesAreReportedOrHarmless(Box box) throws Exception {
        assertThat(box.run("""
                        mkfifo /var/atex-host
                        host release one-1 late
                        rm /var/atex-host; mkdir /var/atex-host; mkfifo /var/atex-host/ended
                        host release one-1 late
                        rm /var/atex-host/ended; mkdir /var/atex-host/ended; mkfifo /var/atex-host/ended/one-1
                        host release one-1 late
                        host lock one-1
                        """)).isEqualTo("released\n/var/atex-host/ended cannot be written\nreleased\nended");
    }
}

package dev.atex.provisioner.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The clean-up of a host: it removes everything of a lease, and nothing of others. */
@Timeout(300)
@Tag("slow")
class HostSweepTest {
    static Stream<Box> boxes() {
        return Box.all();
    }

    /** Boxes whose shell runs the programs that a test puts first in the path. */
    static Stream<Box> withPrograms() {
        return boxes().filter(box -> box.tools().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void directoriesDeeperThanLongestPathAreRemoved(Box box) throws Exception {
        assertThat(box.run("""
                        export part=$(printf 'dddddddddd/%.0s' {1..100})
                        deep() { mkdir -m 700 $1; cd $1; for i in {1..15}; do mkdir -p $part && cd -P $part; done; cd /; }
                        export -f deep
                        deep /tmp/atex-a
                        as 4001 deep /tmp/atex-b
                        host release a-1
                        as 4001 host release b-1
                        ls -A /tmp
                        """)).isEqualTo("released\nreleased");
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void unwritableDirectoriesAreRemoved(Box box) throws Exception {
        assertThat(box.run("""
                        closed() { mkdir -m 700 $1 && mkdir -p $1/in/deep && touch $1/in/deep/file && chmod 0 $1/in/deep && chmod 500 $1/in && chmod 0 $1; }
                        export -f closed
                        closed /var/tmp/atex-a
                        as 4001 closed /var/tmp/atex-b
                        host release a-1
                        as 4001 host release b-1
                        ls -A /var/tmp
                        """)).isEqualTo("released\nreleased");
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void immutableFilesAndOddNamesAreRemoved(Box box) throws Exception {
        assertThat(box.run("""
                        mkdir -m 700 /var/atex-a; cd /var/atex-a
                        mkdir -p -- -rf '*' ' a  b ' $'new\\nline' $'\\xff\\xfe' ...; mkfifo pipe; ln -s /etc link
                        touch -- -rf/x '*/y' $'\\xff\\xfe/z'
                        mkdir still; touch still/file
                        cd /
                        chattr +i /var/atex-a/still/file /var/atex-a/still 2>/dev/null
                        host release a-1
                        ls -A /var
                        """)).isEqualTo("released\ntmp" + (box.tools().isEmpty() ? "" : "\ntools"));
    }

    /** Another user who knows the name can create it before or after. */
    @ParameterizedTest
    @MethodSource("boxes")
    void directoryOfOtherUserInPlaceOfWorkDirectoryIsKept(Box box) throws Exception {
        assertThat(box.run("""
                        mkdir -p /tmp/precious/x; chmod 777 /tmp/precious
                        host lock a-1
                        as 4001 mkdir -p /tmp/atex-a/mine
                        as 4001 ln -s /tmp/precious /var/tmp/atex-a
                        as 4001 ln -s /tmp/precious /tmp/atex-a/link
                        as 4001 ln -s /tmp/precious /var/tmp/atex-awork
                        mkdir -m 700 /tmp/atex-awork
                        host status a-1
                        host release a-1
                        host status a-1
                        find /tmp /var/tmp -mindepth 1 | sort
                        """)).isEqualTo("""
                locked
                the lock
                /tmp/atex-awork
                released
                /tmp/atex-a
                /tmp/atex-a/link
                /tmp/atex-a/mine
                /tmp/precious
                /tmp/precious/x
                /var/tmp/atex-a
                /var/tmp/atex-awork""");
    }

    @ParameterizedTest
    @MethodSource("withPrograms")
    void swappedDirectoryIsNotRemoved(Box box) throws Exception {
        assertThat(box.run("""
                        mkdir -p /tmp/precious/x /tmp/atex-a/y /var/bin
                        cat > /var/bin/sed <<'END'
                        #!/bin/sh
                        [ ! -d /tmp/atex-a/y ] || [ "$1" != '1!G;h;$!d' ] || { mv /tmp/atex-a /tmp/away; ln -s /tmp/precious /tmp/atex-a; }
                        exec /usr/bin/sed "$@"
                        END
                        chmod 755 /var/bin/sed
                        (TOOLS=; PATH=/var/bin:$PATH; host release a-1)
                        find /tmp -mindepth 1 | sort
                        """)).isEqualTo("""
                /tmp/atex-a was replaced while it was being removed
                /tmp/atex-a
                /tmp/away
                /tmp/away/y
                /tmp/precious
                /tmp/precious/x""");
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void nextLeaseCleansUpAfterDeadOne(Box box) throws Exception {
        assertThat(box.run(afterTheLeaseOf("0"))).isEqualTo("locked\nreleased\n0");
    }

    /** Root does it as that user, which the setpriv of busybox cannot do. */
    @ParameterizedTest
    @MethodSource("withPrograms")
    void nextLeaseOfRootCleansUpAfterDeadOneOfOtherUser(Box box) throws Exception {
        assertThat(box.run(afterTheLeaseOf("1"))).isEqualTo("locked\nreleased\n0");
    }

    private static String afterTheLeaseOf(String user) {
        return """
                as USER host lock dead-1 1
                as USER mkdir -p /tmp/atex-dead/x
                as USER env ATEX_MARK=dead-1 setsid sleep 1000 2>/dev/null &
                until [ $(pgrep -c -x sleep) = 1 ]; do :; done
                until [[ $(host lock next-1) == locked ]]; do :; done
                host release next-1
                ls -A /tmp
                pgrep -c -x sleep || :
                """.replace("USER", user);
    }

    /** What a user writes applies to his own files only. */
    @ParameterizedTest
    @MethodSource("boxes")
    void forgedLockDoesNoHarm(Box box) throws Exception {
        assertThat(box.run("""
                        mkdir -p /tmp/atex-zz/x; ATEX_MARK=zz-1 setsid sleep 1000 &
                        ATEX_MARK=zz-1 setpriv --reuid 4002 sleep 1000 &
                        until [ $(pgrep -c -x sleep) = 2 ]; do :; done
                        as 4001 mkdir -p /var/tmp/atex-host-4001/leases
                        chmod 755 /var/tmp/atex-host-4001
                        as 4001 ln -s 'zz zz' /var/tmp/atex-host-4001/leases/zz-1
                        as 4001 ln -s 'zz ../precious' /var/tmp/atex-host-4001/leases/zz-2
                        as 4001 ln -s 'zz zz' "/var/tmp/atex-host-4001/leases/.*"
                        as 4001 ln -s 'have zz-1 zz - - 0 0 root@nowhere' /var/tmp/atex-host-4001/lock
                        host lock a-1
                        as 4002 host lock b-1 | sed 's/held [0-9]* /held /'
                        ls /tmp; pgrep -c -x sleep
                        """)).isEqualTo("locked\nheld root me@here:run\natex-zz\n2");
    }

    /** The processes have nothing of the lease except its number in their limit of file locks. */
    @ParameterizedTest
    @MethodSource("boxes")
    void processWithoutVariableIsFoundByItsLimit(Box box) throws Exception {
        assertThat(box.run("""
                        mark() { ulimit -x $(( ($(number $1) << 28) + 12345 )); }
                        for other in other-1 other-2; do (mark $other; exec sleep 1000) & done
                        (exec 9>/tmp/lock; flock -n 9; mark a-1; env -i setsid sleep 1000 & \
                          env -i setsid perl -e '$0 = "x" x 9000; sleep 1000' & \
                          env -i setsid perl -e 'for (1 .. 8000) { my $p = fork; exit if $p; select undef, undef, undef, 0.001 }' &)
                        ! flock -n /tmp/lock true || echo nothing holds it
                        host release a-1
                        flock -n /tmp/lock echo gone
                        pgrep -c -x sleep
                        """)).isEqualTo("released\ngone\n2");
    }

    /** The host is inside a test of another run, whose limit must stay. */
    @ParameterizedTest
    @MethodSource("boxes")
    void nestedLimitIsFoundAndOuterOneSpared(Box box) throws Exception {
        assertThat(box.run("""
                        outer=$(( (123456 << 28) | 0xfffffff ))
                        ulimit -x $outer
                        sleep 1000 &
                        (ulimit -x $(( (123456 << 28) | (($(number b-1) % 16383) << 14) | 5 )); env -i sleep 1001 &)
                        (ulimit -x $(( (123456 << 28) | (($(number a-1) % 16383) << 14) | 5 )); env -i sleep 1002 &)
                        until [ $(pgrep -c -x sleep) = 3 ]; do :; done
                        host release a-1
                        pgrep -a -x sleep | cut -d ' ' -f 2-
                        """)).isEqualTo("released\nsleep 1000\nsleep 1001");
    }

    /** The host cannot raise its limits. */
    @ParameterizedTest
    @MethodSource("boxes")
    void hostWithLowerLimitIsCleanedByVariable(Box box) throws Exception {
        assertThat(box.run("""
                        ulimit -x 1000
                        sleep 1000 &
                        (ATEX_MARK=a-1 sleep 1001 &)
                        until [ $(pgrep -c -x sleep) = 2 ]; do :; done
                        host release a-1
                        pgrep -a -x sleep | cut -d ' ' -f 2-
                        """)).isEqualTo("released\nsleep 1000");
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void nextLeaseFindsHiddenProcessOfDeadOne(Box box) throws Exception {
        assertThat(box.run("""
                        as 4001 host lock dead-1 1
                        (ulimit -x $(( ($(number dead-1) << 28) + 5 )); env -i setpriv --reuid 4001 sleep 1000 &)
                        until [ $(pgrep -c -x sleep) = 1 ]; do :; done
                        until [[ $(as 4001 host lock next-1) == locked ]]; do :; done
                        as 4001 host release next-1
                        pgrep -c -x sleep || :
                        """)).isEqualTo("locked\nreleased\n0");
    }
}

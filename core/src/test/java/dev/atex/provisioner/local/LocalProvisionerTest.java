package dev.atex.provisioner.local;

import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerContract;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Provisioners;

class LocalProvisionerTest extends ProvisionerContract {
    @Override
    protected Provisioner createWithTwo() throws Exception {
        return Provisioners.load()
                .create(ProvisionerSpec.parse("local,max=2"), new ProvisionerContext("test", LeaseLog.unrecorded()));
    }
}

"""What every process of these tests imports: loaded once, in the server that they are forked from."""

import core.bootstrap
import core.catalogue
import core.provisioning.engine
import tests.provisioning.world  # noqa: F401 - imported to be there

core.catalogue.load_catalogue()

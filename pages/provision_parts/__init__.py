"""The parts of the provisioning form."""

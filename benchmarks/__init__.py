"""What Portico costs, measured: `python -m benchmarks [NAME…] [--quick]`. Nothing here is a test of time."""

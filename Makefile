# What a fleet of a million clients does to the service.
.PHONY: simulation
simulation:
	cargo run --quiet --release --example simulation -- docs/simulation.svg

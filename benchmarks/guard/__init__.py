"""Tell what a change of the engine made worse, beyond the noise of seeds."""

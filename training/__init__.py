"""Makes the networks: data, training, calibration and export of model packages (Keras 3)."""

"""How good a network is: metrics, calibration, robustness, and the package that results."""

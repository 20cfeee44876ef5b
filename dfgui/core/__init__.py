"""The computations: arrays and frozen values in, frozen values out.

No Qt, no TensorFlow, no processes.
"""

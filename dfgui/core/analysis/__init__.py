"""What is measured on a file: scan, inspection, occlusion, error levels, pixels."""

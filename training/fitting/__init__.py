"""Training a network: batches, augmentation, losses, and the loop on Keras or PyTorch."""

"""What training is made of: loss, optimiser, order, augmentation, and the loop."""

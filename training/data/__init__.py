"""Face pictures for training: tables of crops, FaceForensics++ clips, folders named REAL and FAKE."""

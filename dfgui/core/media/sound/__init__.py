"""The sound of a file: decoded, as waveform and as spectrogram."""

//! HDiffPatch: reads the patches of the real tool and rebuilds the new file.

package com.toolsetlink.upgradelink;

import java.io.File;
import java.util.concurrent.Executor;

/** Patches of HDiffPatch and bsdiff, applied from file to file without the network. */
public final class Patches {
    private Patches() {}

    /** Reads the header of a patch. */
    public static PatchInfo inspect(File patch) throws UpgradeLinkException {
        return Natives.patchInspect(patch.getPath());
    }

    /** {@link #apply(File, File, File, PatchOptions, ProgressListener, CancelSignal)} that demands nothing. */
    public static void apply(File base, File patch, File output) throws UpgradeLinkException {
        apply(base, patch, output, PatchOptions.builder().build(), null, null);
    }

    /**
     * Makes {@code output} of {@code base} and {@code patch}. It appears under its name in one step, when it is all
     * that {@code options} demand; on a failure nothing appears.
     *
     * @param progress is told how far it is; may be {@code null}
     * @param signal cancels it; may be {@code null}
     */
    public static void apply(
            File base, File patch, File output, PatchOptions options, ProgressListener progress, CancelSignal signal)
            throws UpgradeLinkException {
        ProgressRelay relay = ProgressRelay.of(progress, null);
        long cancel = CancelSignal.begin(signal);
        try {
            Natives.patchApply(cancel, base.getPath(), patch.getPath(), output.getPath(), options, relay);
        } catch (UpgradeLinkException failure) {
            throw UpgradeLinkClient.cause(relay, failure);
        } finally {
            CancelSignal.end(signal, cancel);
        }
    }

    /** Does the same in the background. */
    public static Call<Void> applyAsync(
            File base, File patch, File output, PatchOptions options, ProgressListener progress, Executor executor,
            Callback<? super Void> callback) {
        Call<Void> call = new Call<Void>(executor, callback, progress);
        try {
            Natives.patchApplyStart(
                    call.begin(), base.getPath(), patch.getPath(), output.getPath(), options, call.progress(), call);
        } catch (UpgradeLinkException failure) {
            call.complete(null, failure);
        }
        return call;
    }
}

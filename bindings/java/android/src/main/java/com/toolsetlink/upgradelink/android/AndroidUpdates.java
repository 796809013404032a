package com.toolsetlink.upgradelink.android;

import android.content.Context;
import android.content.Intent;
import android.content.pm.PackageInfo;
import android.content.pm.PackageManager;
import android.net.Uri;
import android.os.Build;
import android.os.Handler;
import android.os.Looper;
import android.provider.Settings;
import com.toolsetlink.upgradelink.Config;
import com.toolsetlink.upgradelink.FetchOptions;
import com.toolsetlink.upgradelink.Query;
import java.io.File;
import java.util.concurrent.Executor;

/**
 * What an update of an Android application needs of Android: the apk that runs, a place for the new one, and the way to
 * the installer.
 */
public final class AndroidUpdates {
    private static final int NOUGAT = 24;
    private static final int OREO = 26;
    private static final int PIE = 28;

    private AndroidUpdates() {}

    /** A configuration that keeps its state in the application's files. */
    public static Config.Builder config(Context context, String accessKey, String secretKey) {
        return Config.builder(accessKey, secretKey).stateFolder(new File(context.getFilesDir(), "upgradelink"));
    }

    /** A query for the version that runs, with patches. */
    public static Query.Builder query(Context context, String apkKey) {
        return Query.apk(apkKey, versionCode(context));
    }

    /** Options for a fetch into the cache, with the installed apk as the base of a patch. */
    public static FetchOptions.Builder fetchOptions(Context context) {
        return FetchOptions.builder(folder(context)).baseFile(baseFile(context));
    }

    /** The installed apk, to which a patch applies. It is only read. */
    public static File baseFile(Context context) {
        return new File(context.getPackageCodePath());
    }

    /** Where new apks go: a folder of the cache, which the system may empty when space is short. */
    public static File folder(Context context) {
        return new File(context.getCacheDir(), "upgradelink");
    }

    /** The version that runs, as the package manager knows it. */
    public static long versionCode(Context context) {
        PackageInfo info;
        try {
            info = context.getPackageManager().getPackageInfo(context.getPackageName(), 0);
        } catch (PackageManager.NameNotFoundException impossible) {
            throw new IllegalStateException(impossible);
        }
        return Build.VERSION.SDK_INT < PIE ? info.versionCode : (Long) call(info, "getLongVersionCode");
    }

    /** Whether the user lets this application install others. */
    public static boolean mayInstall(Context context) {
        return Build.VERSION.SDK_INT < OREO
                ? Settings.Secure.getInt(
                        context.getContentResolver(), Settings.Secure.INSTALL_NON_MARKET_APPS, 0) == 1
                : (Boolean) call(context.getPackageManager(), "canRequestPackageInstalls");
    }

    /** Opens the settings in which the user can allow it. */
    public static Intent permissionIntent(Context context) {
        return Build.VERSION.SDK_INT < OREO
                ? new Intent(Settings.ACTION_SECURITY_SETTINGS)
                : new Intent(
                        "android.settings.MANAGE_UNKNOWN_APP_SOURCES",
                        Uri.parse("package:" + context.getPackageName()));
    }

    /**
     * Hands an apk to the system's installer, which asks the user. The apk lies in {@link #folder(Context)}.
     *
     * <p>Before Android 7 the installer reads files only: the apk is made readable for it.
     */
    public static Intent installIntent(Context context, File apk) {
        Intent intent = new Intent(Intent.ACTION_VIEW).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK);
        if (Build.VERSION.SDK_INT < NOUGAT) {
            if (!apk.setReadable(true, false) || !apk.getParentFile().setExecutable(true, false)) {
                throw new IllegalStateException(apk + " cannot be made readable for the installer");
            }
            return intent.setDataAndType(Uri.fromFile(apk), UpdateFileProvider.TYPE);
        }
        return intent.setDataAndType(UpdateFileProvider.uri(context, apk), UpdateFileProvider.TYPE)
                .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION);
    }

    /** Runs callbacks on the main thread. */
    public static Executor mainExecutor() {
        final Handler handler = new Handler(Looper.getMainLooper());
        return new Executor() {
            @Override
            public void execute(Runnable task) {
                handler.post(task);
            }
        };
    }

    /** For methods that are younger than the oldest Android. */
    private static Object call(Object object, String method) {
        try {
            return object.getClass().getMethod(method).invoke(object);
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException(missing);
        }
    }
}

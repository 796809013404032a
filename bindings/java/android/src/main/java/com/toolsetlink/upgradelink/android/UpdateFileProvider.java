package com.toolsetlink.upgradelink.android;

import android.content.ContentProvider;
import android.content.ContentValues;
import android.content.Context;
import android.database.Cursor;
import android.database.MatrixCursor;
import android.net.Uri;
import android.os.ParcelFileDescriptor;
import android.provider.OpenableColumns;
import java.io.File;
import java.io.FileNotFoundException;

/**
 * Lets the installer read an apk in {@link AndroidUpdates#folder(Context)}, and nothing else. It is not exported: only
 * whom an intent gives the right can read, and nobody can write.
 */
public final class UpdateFileProvider extends ContentProvider {
    /** The type of an apk. */
    static final String TYPE = "application/vnd.android.package-archive";

    /** The name of a file of the folder, for others. */
    static Uri uri(Context context, File apk) {
        File folder = AndroidUpdates.folder(context);
        if (!folder.equals(apk.getParentFile())) {
            throw new IllegalArgumentException(apk + " is not in " + folder);
        }
        return new Uri.Builder()
                .scheme("content").authority(context.getPackageName() + ".upgradelink").appendPath(apk.getName())
                .build();
    }

    private File file(Uri uri) throws FileNotFoundException {
        File file = new File(AndroidUpdates.folder(getContext()), String.valueOf(uri.getLastPathSegment()));
        if (uri.getPathSegments().size() != 1 || !file.getName().equals(uri.getLastPathSegment()) || !file.isFile()) {
            throw new FileNotFoundException(uri.toString());
        }
        return file;
    }

    @Override
    public boolean onCreate() {
        return true;
    }

    @Override
    public String getType(Uri uri) {
        return TYPE;
    }

    @Override
    public ParcelFileDescriptor openFile(Uri uri, String mode) throws FileNotFoundException {
        if (!"r".equals(mode)) {
            throw new SecurityException("read only");
        }
        return ParcelFileDescriptor.open(file(uri), ParcelFileDescriptor.MODE_READ_ONLY);
    }

    @Override
    public Cursor query(Uri uri, String[] projection, String selection, String[] arguments, String order) {
        String[] columns = projection == null
                ? new String[] {OpenableColumns.DISPLAY_NAME, OpenableColumns.SIZE}
                : projection;
        MatrixCursor cursor = new MatrixCursor(columns, 1);
        try {
            File file = file(uri);
            Object[] row = new Object[columns.length];
            for (int i = 0; i < columns.length; i++) {
                row[i] = OpenableColumns.DISPLAY_NAME.equals(columns[i])
                        ? file.getName()
                        : OpenableColumns.SIZE.equals(columns[i]) ? (Object) file.length() : null;
            }
            cursor.addRow(row);
        } catch (FileNotFoundException missing) {
            return cursor;
        }
        return cursor;
    }

    @Override
    public Uri insert(Uri uri, ContentValues values) {
        throw new UnsupportedOperationException("read only");
    }

    @Override
    public int delete(Uri uri, String selection, String[] arguments) {
        throw new UnsupportedOperationException("read only");
    }

    @Override
    public int update(Uri uri, ContentValues values, String selection, String[] arguments) {
        throw new UnsupportedOperationException("read only");
    }
}

#!/usr/bin/env python3
"""Writes the Java of a page as sources into a folder: page.py PAGE FOLDER

A block with a class is a source as it stands. Some lines become the body of a method, in a class that has what they
take for granted; those that use Android go into FOLDER/android, since they need its classes.
"""

import pathlib
import re
import sys

LINES = """\
import com.toolsetlink.upgradelink.*;
{android}import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.concurrent.Executor;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

abstract class {name} {{
    UpgradeLinkClient client;
    Query query;
    Strategy strategy;
    FetchOptions options;
    ProgressListener progress;
    Executor executor;
    SSLSocketFactory withClientCertificate;

    abstract void show(Object what);

    abstract void install(File file);

    void lines({parameters}) throws Exception {{
{code}    }}
}}
"""
ANDROID = "import android.content.Context;\nimport com.toolsetlink.upgradelink.android.AndroidUpdates;\n"

folder = pathlib.Path(sys.argv[2])
blocks = re.findall(r"^```java\n(.*?)^```$", pathlib.Path(sys.argv[1]).read_text("utf-8"), re.S | re.M)
for number, code in enumerate(blocks):
    whole = re.search(r"^public final class (\w+)", code, re.M)
    android = "AndroidUpdates" in code
    name = whole[1] if whole else f"Lines{number}"
    if not whole:
        code = LINES.format(name=name, code=code, android=ANDROID if android else "",
                            parameters="Context context" if android else "")
    place = folder / "android" if android else folder
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.java").write_text(code, "utf-8")
sys.exit(not blocks)

package com.toolsetlink.upgradelink;

import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** What a client is made of. Immutable. */
public final class Config {
    final String accessKey;
    final String secretKey;
    final String endpoint;
    final boolean allowHttp;
    final long connectTimeoutMillis;
    final long responseTimeoutMillis;
    final long totalTimeoutMillis;
    final int maxAttempts;
    final String proxy;
    final String caPem;
    final boolean platformRoots;
    final String userAgent;
    final String deviceKey;
    final String deviceModelKey;
    final String stateFolder;
    final int signaturePolicy;
    final int logLevel;
    final LogRelay log;
    final String[] publicKeys;
    final HttpTransport transport;

    private Config(Builder from) {
        accessKey = from.accessKey;
        secretKey = from.secretKey;
        endpoint = from.endpoint;
        allowHttp = from.allowHttp;
        connectTimeoutMillis = from.connectTimeoutMillis;
        responseTimeoutMillis = from.responseTimeoutMillis;
        totalTimeoutMillis = from.totalTimeoutMillis;
        maxAttempts = from.maxAttempts;
        proxy = from.proxy;
        caPem = from.caPem;
        platformRoots = from.platformRoots;
        userAgent = from.userAgent;
        deviceKey = from.deviceKey;
        deviceModelKey = from.deviceModelKey;
        stateFolder = from.stateFolder;
        signaturePolicy = from.signaturePolicy;
        logLevel = from.logLevel;
        log = from.log;
        publicKeys = from.publicKeys.toArray(new String[0]);
        transport = from.transport;
    }

    /** Starts from the pair of keys of the service's console, the service's own address and the default limits. */
    public static Builder builder(String accessKey, String secretKey) {
        return new Builder(accessKey, secretKey);
    }

    /** Collects a configuration. Belongs to one thread at a time. */
    public static final class Builder {
        private final String accessKey;
        private final String secretKey;
        private String endpoint;
        private boolean allowHttp;
        private long connectTimeoutMillis = 10_000;
        private long responseTimeoutMillis = 20_000;
        private long totalTimeoutMillis = 30_000;
        private int maxAttempts = 3;
        private String proxy;
        private String caPem;
        private boolean platformRoots;
        private String userAgent;
        private String deviceKey;
        private String deviceModelKey;
        private String stateFolder;
        private int signaturePolicy;
        private int logLevel;
        private LogRelay log;
        private final List<String> publicKeys = new ArrayList<String>();
        private HttpTransport transport;

        private Builder(String accessKey, String secretKey) {
            this.accessKey = accessKey;
            this.secretKey = secretKey;
        }

        /** Asks another server: an absolute link such as {@code https://updates.example.com}. */
        public Builder endpoint(String endpoint) {
            this.endpoint = endpoint;
            return this;
        }

        /**
         * Allows plain HTTP for the service and for files. Off by default: anybody on the way could then read and
         * change answers and files.
         */
        public Builder allowHttp(boolean allowHttp) {
            this.allowHttp = allowHttp;
            return this;
        }

        /** Limits resolving, connecting and the TLS handshake together; below 0 is without limit. Default: 10,000. */
        public Builder connectTimeoutMillis(long connectTimeoutMillis) {
            this.connectTimeoutMillis = connectTimeoutMillis;
            return this;
        }

        /**
         * Limits the wait for the first byte of an answer, and for each further one; below 0 is without limit.
         * Default: 20,000.
         */
        public Builder responseTimeoutMillis(long responseTimeoutMillis) {
            this.responseTimeoutMillis = responseTimeoutMillis;
            return this;
        }

        /**
         * Limits a whole call of the service, all its attempts and the pauses between them; below 0 is without
         * limit. A fetch is not bound by it. Default: 30,000.
         */
        public Builder totalTimeoutMillis(long totalTimeoutMillis) {
            this.totalTimeoutMillis = totalTimeoutMillis;
            return this;
        }

        /** How often a request is sent at most when the network or a server on the way fails, 1 to 100. Default: 3. */
        public Builder maxAttempts(int maxAttempts) {
            this.maxAttempts = maxAttempts;
            return this;
        }

        /**
         * The proxy: {@code null}, the default, takes it from the environment; an empty text means none; else a
         * link such as {@code http://proxy.example.com:3128}.
         */
        public Builder proxy(String proxy) {
            this.proxy = proxy;
            return this;
        }

        /** Certificates in PEM that are trusted beside the bundled roots; {@code null} for none. */
        public Builder caPem(String caPem) {
            this.caPem = caPem;
            return this;
        }

        /**
         * Lets the operating system judge certificates in place of the bundled roots. A build or a platform that cannot
         * (Android, builds without {@code platform-verifier}) answers {@link Status#UNSUPPORTED}.
         */
        public Builder platformRoots(boolean platformRoots) {
            this.platformRoots = platformRoots;
            return this;
        }

        /** The User-Agent of every request; {@code null} for {@code upgradelink/} and the version. */
        public Builder userAgent(String userAgent) {
            this.userAgent = userAgent;
            return this;
        }

        /**
         * The device's key, at most 128 characters, by which the service targets groups of devices; {@code null}
         * for none. A query's own key wins.
         */
        public Builder deviceKey(String deviceKey) {
            this.deviceKey = deviceKey;
            return this;
        }

        /** The key of the device's model, at most 128 characters; {@code null} for none. A query's own key wins. */
        public Builder deviceModelKey(String deviceModelKey) {
            this.deviceModelKey = deviceModelKey;
            return this;
        }

        /**
         * Where events wait to be sent, and where the last answers, the user's choices and the plan of checks are
         * kept: a folder of the application's own, made where it is missing, which all its processes may share.
         * {@code null}, the default, keeps nothing.
         */
        public Builder stateFolder(File stateFolder) {
            this.stateFolder = stateFolder == null ? null : stateFolder.getPath();
            return this;
        }

        /**
         * Pins a public key that may sign files: the line that minisign prints, or the whole of its file. Several may
         * be pinned, one after the other; each file must then have a signature by one of them.
         */
        public Builder addPublicKey(String key) {
            publicKeys.add(key);
            return this;
        }

        /** Whether files need a signature. By default they do where a public key is pinned. */
        public Builder signaturePolicy(SignaturePolicy policy) {
            this.signaturePolicy = policy.number();
            return this;
        }

        /**
         * Sends everything through {@code transport}; {@code null}, the default, takes the built-in HTTP. Proxy and
         * certificates are then the transport's business. It is let go of with the last client that has it.
         */
        public Builder transport(HttpTransport transport) {
            this.transport = transport;
            return this;
        }

        /**
         * Lets {@code log} have every line up to {@code level}; {@code null} for none, which is the default. It
         * runs on whichever thread has something to say. What it throws goes to that thread's handler of uncaught
         * exceptions.
         */
        public Builder log(LogLevel level, LogListener log) {
            this.logLevel = level.number();
            this.log = log == null ? null : new LogRelay(log);
            return this;
        }

        /** What was set; a value that cannot be right is refused by the call that uses it. */
        public Config build() {
            return new Config(this);
        }
    }
}

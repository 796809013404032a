using System;

namespace UpgradeLink
{
    /// <summary>What a call did. A number that this version does not name is kept.</summary>
    public enum Status
    {
        /// <summary>It worked.</summary>
        Ok = 0,
        /// <summary>An argument or a property is not usable; nothing was sent.</summary>
        InvalidArgument = 1,
        /// <summary>The configuration is not usable.</summary>
        Config = 2,
        /// <summary>No connection: the name is not known, or nobody answers there.</summary>
        Connect = 3,
        /// <summary>The server's certificate or the handshake was refused.</summary>
        Tls = 4,
        /// <summary>A time limit was reached.</summary>
        Timeout = 5,
        /// <summary>Somebody asked to stop.</summary>
        Cancelled = 6,
        /// <summary>What came is not an answer of the service.</summary>
        Reply = 7,
        /// <summary>The service or a file server refused.</summary>
        Service = 8,
        /// <summary>The service does not know the access key, or the signature is wrong.</summary>
        Authentication = 9,
        /// <summary>The application, the version or the file does not exist.</summary>
        NotFound = 10,
        /// <summary>Too many requests; try later.</summary>
        RateLimited = 11,
        /// <summary>A file or a folder could not be used.</summary>
        IO = 12,
        /// <summary>The disk or the quota is full.</summary>
        NoSpace = 13,
        /// <summary>A size, a hash or a signature is not what was promised.</summary>
        Verify = 14,
        /// <summary>A patch was refused.</summary>
        Patch = 15,
        /// <summary>Somebody else is at it; try later.</summary>
        Busy = 16,
        /// <summary>The offered version is not above the one that runs.</summary>
        Downgrade = 17,
        /// <summary>A bug in the library.</summary>
        Internal = 18,
        /// <summary>This build or this process cannot do that.</summary>
        Unsupported = 19,
        /// <summary>A connection that stood broke.</summary>
        Network = 20,
    }

    /// <summary>Where a call failed.</summary>
    public enum Stage
    {
        /// <summary>While arguments and properties were looked at.</summary>
        Config = 1,
        /// <summary>While the request was signed.</summary>
        Sign = 2,
        /// <summary>While a connection was made.</summary>
        Connect = 3,
        /// <summary>In the TLS handshake.</summary>
        Tls = 4,
        /// <summary>While the request was sent.</summary>
        Send = 5,
        /// <summary>While the answer came.</summary>
        Receive = 6,
        /// <summary>While the answer was read.</summary>
        Decode = 7,
        /// <summary>The service answered with an error.</summary>
        Service = 8,
        /// <summary>While a file came.</summary>
        Download = 9,
        /// <summary>While a file was compared with what was promised.</summary>
        Verify = 10,
        /// <summary>While a patch was applied.</summary>
        Patch = 11,
        /// <summary>In a file or a folder.</summary>
        IO = 12,
    }

    /// <summary>A kind of application.</summary>
    public enum Kind
    {
        /// <summary>A link that the publisher typed.</summary>
        Url = 1,
        /// <summary>A file.</summary>
        File = 2,
        /// <summary>An Android application.</summary>
        Apk = 3,
        /// <summary>A configuration: a JSON object.</summary>
        Configuration = 4,
        /// <summary>A Windows application.</summary>
        Win = 5,
        /// <summary>A macOS application.</summary>
        Mac = 6,
        /// <summary>A Linux application.</summary>
        Lnx = 7,
    }

    /// <summary>How urgent an upgrade is; a number that the service has added since is kept.</summary>
    public enum UpgradeType
    {
        /// <summary>The service does not say.</summary>
        Unknown = 0,
        /// <summary>Ask the user.</summary>
        Prompt = 1,
        /// <summary>Do it without a word.</summary>
        Silent = 2,
        /// <summary>Do not go on without it.</summary>
        Force = 3,
    }

    /// <summary>A kind of patch; a number that the service has added since is kept.</summary>
    public enum PatchAlgo
    {
        /// <summary>The full file.</summary>
        None = 0,
        /// <summary>HDiffPatch.</summary>
        HDiffPatch = 1,
    }

    /// <summary>What is counted in statistics.</summary>
    public enum Series
    {
        /// <summary>Downloads of the application.</summary>
        Downloads = 1,
        /// <summary>Strategies that the service gave.</summary>
        Strategies = 2,
        /// <summary>Upgrades that were reported.</summary>
        Upgrades = 3,
        /// <summary>Starts that were reported.</summary>
        Starts = 4,
    }

    /// <summary>What a long call is doing.</summary>
    public enum Phase
    {
        /// <summary>Taking a file from the network.</summary>
        Download = 1,
        /// <summary>Reading what is on the disk already.</summary>
        Verify = 2,
        /// <summary>Applying a patch.</summary>
        Patch = 3,
    }

    /// <summary>How a file came.</summary>
    public enum Origin
    {
        /// <summary>All of it was downloaded.</summary>
        Downloaded = 1,
        /// <summary>An earlier run had downloaded its beginning.</summary>
        Resumed = 2,
        /// <summary>It was made of the base file and a patch.</summary>
        Patched = 3,
        /// <summary>It was there already.</summary>
        Present = 4,
    }

    /// <summary>What was promised of a file, and compared.</summary>
    [Flags]
    public enum Checks
    {
        /// <summary>Nothing was promised.</summary>
        None = 0,
        /// <summary>The size.</summary>
        Size = 1,
        /// <summary>The MD5.</summary>
        Md5 = 2,
        /// <summary>The SHA-256.</summary>
        Sha256 = 4,
        /// <summary>The publisher's signature.</summary>
        Signature = 8,
    }

    /// <summary>Whether files need a signature.</summary>
    public enum SignaturePolicy
    {
        /// <summary>Signatures are not looked for.</summary>
        Off = 1,
        /// <summary>One that is there must be right. Whoever can change the file can also take it away.</summary>
        WhenPresent = 2,
        /// <summary>A file without a right one is refused.</summary>
        Required = 3,
    }

    /// <summary>What happened to an application.</summary>
    public enum EventType
    {
        /// <summary>It was started.</summary>
        Start = 1,
        /// <summary>The download of an upgrade ended, well or badly.</summary>
        Download = 2,
        /// <summary>An upgrade ended, well or badly.</summary>
        Upgrade = 3,
    }

    /// <summary>How much a log line matters.</summary>
    public enum LogLevel
    {
        /// <summary>A call failed in a way that the library cannot mend.</summary>
        Error = 1,
        /// <summary>Something failed and is tried again or done otherwise.</summary>
        Warn = 2,
        /// <summary>Something the application may want to know.</summary>
        Info = 3,
        /// <summary>Each request.</summary>
        Debug = 4,
    }
}

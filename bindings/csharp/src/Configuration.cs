using System;
using System.Collections.Generic;

namespace UpgradeLink
{
    /// <summary>
    /// What a client is made of. Everything but the keys may be left out; a client that is made keeps what was
    /// set then.
    /// </summary>
    public sealed class Configuration
    {
        private readonly byte[] accessKey;
        private readonly byte[] secretKey;

        /// <summary>Takes the pair of keys from the service's console.</summary>
        public Configuration(string accessKey, string secretKey)
        {
            this.accessKey = Text.Required(accessKey, nameof(accessKey));
            this.secretKey = Text.Required(secretKey, nameof(secretKey));
        }

        /// <summary>
        /// Another server than the service's own: an absolute link such as <c>https://updates.example.com</c>,
        /// which may have a path that a reverse proxy takes off.
        /// </summary>
        public string Endpoint { get; set; }

        /// <summary>
        /// Allows plain HTTP for the service and for files: anybody on the way could then read and change both.
        /// </summary>
        public bool AllowHttp { get; set; }

        /// <summary>Limits resolving, connecting and the TLS handshake together. Default: 10 s.</summary>
        public TimeSpan? ConnectTimeout { get; set; }

        /// <summary>Limits the wait for each byte of an answer. Default: 20 s.</summary>
        public TimeSpan? ResponseTimeout { get; set; }

        /// <summary>
        /// Limits a whole call of the service, attempts and pauses included; a fetch is not bound by it.
        /// Default: 30 s.
        /// </summary>
        public TimeSpan? TotalTimeout { get; set; }

        /// <summary>How often a request is sent at most when the network fails, 1 to 100. Default: 3.</summary>
        public int? MaxAttempts { get; set; }

        /// <summary>
        /// The proxy: null takes it from the environment, an empty text means none, else a link such as
        /// <c>http://user:password@proxy.example.com:3128</c>.
        /// </summary>
        public string Proxy { get; set; }

        /// <summary>Certificates in PEM that are trusted beside the bundled roots.</summary>
        public string CaPem { get; set; }

        /// <summary>
        /// Lets the operating system judge certificates, with the roots that it trusts; refused by a library that
        /// was built without that.
        /// </summary>
        public bool UsePlatformRoots { get; set; }

        /// <summary>The application's own HTTP; null takes the built-in one.</summary>
        public ITransport Transport { get; set; }

        /// <summary>The User-Agent of every request. Default: <c>upgradelink/</c> and the version.</summary>
        public string UserAgent { get; set; }

        /// <summary>The device's key, at most 128 characters; a query's own key wins.</summary>
        public string DeviceKey { get; set; }

        /// <summary>The key of the device's model, at most 128 characters; a query's own key wins.</summary>
        public string DeviceModelKey { get; set; }

        /// <summary>
        /// Where events wait to be sent, and where the last answers, the user's choices and the plan of checks
        /// are kept: a folder of the application's own, made where it is missing. Null keeps nothing.
        /// </summary>
        public string StateFolder { get; set; }

        /// <summary>
        /// The public keys that may sign files, as minisign prints them. With one each file needs a signature
        /// beside it, under its link with <c>.minisig</c> added, unless <see cref="SignaturePolicy"/> says
        /// otherwise.
        /// </summary>
        public IList<string> PublicKeys { get; } = new List<string>();

        /// <summary>Whether files need a signature. Default: they do where a public key is pinned.</summary>
        public SignaturePolicy? SignaturePolicy { get; set; }

        /// <summary>The lines that <see cref="Log"/> is given: up to this level. Default: Info.</summary>
        public LogLevel LogLevel { get; set; } = LogLevel.Info;

        /// <summary>
        /// Is given the lines of the log, on whichever thread has something to say, until the client is disposed
        /// and its calls are over. What it throws is dropped.
        /// </summary>
        public Action<LogLevel, string> Log { get; set; }

        /// <summary>A handle of all this, and a client of it.</summary>
        internal unsafe ClientHandle Connect()
        {
            var log = Log == null ? IntPtr.Zero : Rooted.Add(Log);
            try
            {
                using (var made = Fill(log))
                using (var config = made.Use())
                    return new ClientHandle(
                        Call.Do((client, error) => Native.upgradelink_client_new(config.Pointer, client, error)), log);
            }
            catch
            {
                Rooted.Remove(log);
                throw;
            }
        }

        private unsafe ConfigHandle Fill(IntPtr log)
        {
            ConfigHandle made;
            fixed (byte* access = accessKey, secret = secretKey)
                made = new ConfigHandle(Native.upgradelink_config_new(access, secret));
            using (var used = made.Use())
            {
                var config = used.Pointer;
                Setter.Set(config, Native.upgradelink_config_set_endpoint, Endpoint, nameof(Endpoint));
                Setter.Set(config, Native.upgradelink_config_set_proxy, Proxy, nameof(Proxy));
                Setter.Set(config, Native.upgradelink_config_set_user_agent, UserAgent, nameof(UserAgent));
                Setter.Set(config, Native.upgradelink_config_set_device_key, DeviceKey, nameof(DeviceKey));
                Setter.Set(
                    config, Native.upgradelink_config_set_device_model_key, DeviceModelKey, nameof(DeviceModelKey));
                Setter.Set(config, Native.upgradelink_config_set_state_folder, StateFolder, nameof(StateFolder));
                foreach (var key in PublicKeys)
                    Setter.Set(config, Native.upgradelink_config_add_public_key, key, nameof(PublicKeys));
                SetLimits(config);
                Native.upgradelink_config_set_allow_http(config, AllowHttp ? 1 : 0);
                if (UsePlatformRoots)
                    Native.upgradelink_config_set_platform_roots(config, 1);
                if (SignaturePolicy.HasValue)
                    Native.upgradelink_config_set_signature_policy(config, (int)SignaturePolicy.Value);
                var pem = Text.In(CaPem, nameof(CaPem));
                if (pem != null)
                    fixed (byte* text = pem)
                        Native.upgradelink_config_set_ca_pem(config, text, new UIntPtr((uint)pem.Length - 1));
                if (log != IntPtr.Zero)
                    Native.upgradelink_config_set_log(config, (int)LogLevel, Callbacks.Log, log);
                if (Transport != null)
                    SetTransport(config, new Sender(Transport));
            }
            return made;
        }

        private static void SetTransport(IntPtr config, Sender sender)
        {
            using (var made = new TransportHandle(Native.upgradelink_transport_new(Rooted.Add(sender))))
            using (var used = made.Use())
            {
                var transport = used.Pointer;
                Native.upgradelink_transport_set_open(transport, Callbacks.Open);
                Native.upgradelink_transport_set_read(transport, Callbacks.Read);
                Native.upgradelink_transport_set_close(transport, Callbacks.Close);
                Native.upgradelink_transport_set_cancel(transport, Callbacks.Cancel);
                Native.upgradelink_transport_set_release(transport, Callbacks.Release);
                Native.upgradelink_config_set_transport(config, transport);
            }
        }

        private void SetLimits(IntPtr config)
        {
            if (ConnectTimeout.HasValue)
                Native.upgradelink_config_set_connect_timeout_ms(
                    config, Numbers.Milliseconds(ConnectTimeout.Value, nameof(ConnectTimeout)));
            if (ResponseTimeout.HasValue)
                Native.upgradelink_config_set_response_timeout_ms(
                    config, Numbers.Milliseconds(ResponseTimeout.Value, nameof(ResponseTimeout)));
            if (TotalTimeout.HasValue)
                Native.upgradelink_config_set_total_timeout_ms(
                    config, Numbers.Milliseconds(TotalTimeout.Value, nameof(TotalTimeout)));
            if (MaxAttempts.HasValue)
                Native.upgradelink_config_set_max_attempts(config, unchecked((uint)MaxAttempts.Value));
        }
    }
}

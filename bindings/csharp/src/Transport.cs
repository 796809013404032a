using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace UpgradeLink
{
    /// <summary>
    /// The application's own HTTP, used for everything in place of the built-in one. Proxies and certificates are
    /// then its business; limits and cancelling stay the library's.
    /// </summary>
    public interface ITransport
    {
        /// <summary>
        /// Sends a request and gives the answer, whose body is read and disposed later. Redirects are not
        /// followed. Runs on a thread of the library and may block, as may the body. What it throws fails the
        /// request: a <see cref="TransportException"/> as it says, anything else as a failed connection.
        /// </summary>
        /// <param name="request">What is to be sent.</param>
        /// <param name="cancellationToken">Asks the request, and later the body, to end soon.</param>
        TransportResponse Send(TransportRequest request, CancellationToken cancellationToken);
    }

    /// <summary>A request as it is to be sent. Immutable.</summary>
    public sealed class TransportRequest
    {
        internal unsafe TransportRequest(IntPtr request)
        {
            Method = Text.Out(Native.upgradelink_transport_request_method(request));
            Url = Text.Out(Native.upgradelink_transport_request_url(request));
            var headers = new List<KeyValuePair<string, string>>();
            for (uint number = 0; number < Native.upgradelink_transport_request_header_count(request).ToUInt64(); number++)
                headers.Add(new KeyValuePair<string, string>(
                    Text.Out(Native.upgradelink_transport_request_header_name(request, new UIntPtr(number))),
                    Text.Out(Native.upgradelink_transport_request_header_value(request, new UIntPtr(number)))));
            Headers = headers.AsReadOnly();
            UIntPtr length;
            var body = Native.upgradelink_transport_request_body(request, &length);
            if (body != null)
            {
                Body = new byte[checked((int)length.ToUInt64())];
                System.Runtime.InteropServices.Marshal.Copy(new IntPtr(body), Body, 0, Body.Length);
            }
            var timeout = Native.upgradelink_transport_request_timeout_ms(request);
            Timeout = timeout == uint.MaxValue ? System.Threading.Timeout.InfiniteTimeSpan : Numbers.Duration(timeout);
        }

        /// <summary><c>GET</c> or <c>POST</c>.</summary>
        public string Method { get; }

        /// <summary>The absolute link.</summary>
        public string Url { get; }

        /// <summary>The headers that are to be sent; Host and Content-Length are the transport's own business.</summary>
        public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

        /// <summary>The body, which is signed and goes out byte for byte; null for none.</summary>
        public byte[] Body { get; }

        /// <summary>After how long without a byte the library gives up.</summary>
        public TimeSpan Timeout { get; }
    }

    /// <summary>An answer.</summary>
    public sealed class TransportResponse
    {
        /// <summary>An answer with an HTTP status and a body.</summary>
        public TransportResponse(int status, Stream body)
        {
            if (body == null)
                throw new ArgumentNullException(nameof(body));
            Status = status;
            Body = body;
        }

        /// <summary>The HTTP status.</summary>
        public int Status { get; }

        /// <summary>The body; it is read on the thread that sent the request, and disposed there.</summary>
        public Stream Body { get; }

        /// <summary>
        /// The headers. The library looks for Content-Length, Content-Range, Content-Encoding, Content-Type,
        /// Date, ETag, Last-Modified, Location and Retry-After.
        /// </summary>
        public IList<KeyValuePair<string, string>> Headers { get; } = new List<KeyValuePair<string, string>>();
    }

    /// <summary>Why a transport could not send or read.</summary>
    public class TransportException : IOException
    {
        /// <summary>
        /// A failure, as a rule <see cref="UpgradeLink.Status.Connect"/>, <see cref="UpgradeLink.Status.Tls"/>,
        /// <see cref="UpgradeLink.Status.Timeout"/> or <see cref="UpgradeLink.Status.Network"/>.
        /// </summary>
        public TransportException(Status status, string message, Exception inner = null) : base(message, inner)
        {
            Status = status;
        }

        /// <summary>What failed.</summary>
        public Status Status { get; }
    }
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace UpgradeLink.Tests
{
    public static class TransportTests
    {
        private const string Nothing = "{\"code\": 0, \"msg\": \"canned\", \"data\": null}";

        public static void Everything_goes_through_a_transport_of_the_application()
        {
            var canned = new Canned(request => Answer(200, Nothing));
            using (var client = Sending(canned))
                Expect.Equal("canned", client.Check(Setting.Bare()).Message);

            var sent = canned.Requests.Single();
            Expect.Equal("POST", sent.Method);
            Expect.Equal(Setting.Endpoint + "/v1/url/upgrade", sent.Url);
            Expect.Contains("\"urlKey\":\"bare\"", Encoding.UTF8.GetString(sent.Body));
            Expect.Equal("access", sent.Headers.First(header => header.Key == "X-AccessKey").Value);
            Expect.True(sent.Timeout > TimeSpan.Zero, "it has a time limit");
        }

        public static void A_header_of_the_answer_is_seen_and_its_body_disposed()
        {
            var body = new Body("{\"code\": 429001, \"msg\": \"slowly\"}");
            var canned = new Canned(request =>
            {
                var answer = new TransportResponse(429, body);
                answer.Headers.Add(new KeyValuePair<string, string>("Retry-After", "9"));
                return answer;
            });
            using (var client = Sending(canned))
            {
                var failure = Expect.Throws<UpgradeLinkException>(() => client.Check(Setting.Bare()));
                Expect.Equal(TimeSpan.FromSeconds(9), failure.RetryAfter);
            }
            Expect.Soon(() => body.IsDisposed, "the body is disposed");
        }

        public static void What_a_transport_throws_fails_the_request()
        {
            using (var client = Sending(new Canned(_ => { throw new TransportException(Status.Tls, "of my own"); })))
                Expect.Equal(
                    Status.Tls, Expect.Throws<UpgradeLinkException>(() => client.Check(Setting.Bare())).Status);
            using (var client = Sending(new Canned(_ => { throw new InvalidOperationException("of my own"); })))
                Expect.Equal(
                    Status.Connect, Expect.Throws<UpgradeLinkException>(() => client.Check(Setting.Bare())).Status);
        }

        public static void A_body_that_breaks_is_a_broken_connection()
        {
            using (var client = Sending(new Canned(_ => new TransportResponse(200, new Broken()))))
                Expect.Equal(
                    Status.Network, Expect.Throws<UpgradeLinkException>(() => client.Check(Setting.Bare())).Status);
        }

        [NotOnMono("its collector takes what looks like a reference on a stack for one")]
        public static void A_transport_goes_when_its_client_does()
        {
            WeakReference transport = null;
            // On a thread of its own: Mono's collector takes what it finds on the stack for references.
            var thread = new Thread(() =>
            {
                var canned = new Canned(request => Answer(200, Nothing));
                transport = new WeakReference(canned);
                using (var client = Sending(canned))
                    client.Check(Setting.Bare());
            });
            thread.Start();
            thread.Join();
            Expect.Soon(
                () =>
                {
                    GC.Collect();
                    return !transport.IsAlive;
                },
                "the transport is collected");
        }

        public static async Task Cancelling_reaches_the_transport()
        {
            using (var told = new ManualResetEventSlim())
            using (var begun = new ManualResetEventSlim())
            using (var source = new CancellationTokenSource())
            {
                var waiting = new Waiting(begun, told);
                using (var client = Sending(waiting))
                {
                    var task = client.CheckAsync(Setting.Bare(), source.Token);
                    Expect.True(begun.Wait(TimeSpan.FromSeconds(30)), "it is sending");
                    source.Cancel();
                    await Expect.Throws<OperationCanceledException>(task);
                    Expect.True(told.Wait(TimeSpan.FromSeconds(30)), "the transport was told");
                }
            }
        }

        private static UpgradeLinkClient Sending(ITransport transport)
        {
            var configuration = Setting.Configuration();
            configuration.Transport = transport;
            configuration.MaxAttempts = 1;
            return new UpgradeLinkClient(configuration);
        }

        private static TransportResponse Answer(int status, string body)
        {
            return new TransportResponse(status, new Body(body));
        }

        private sealed class Canned : ITransport
        {
            internal readonly List<TransportRequest> Requests = new List<TransportRequest>();
            private readonly Func<TransportRequest, TransportResponse> answer;

            internal Canned(Func<TransportRequest, TransportResponse> answer)
            {
                this.answer = answer;
            }

            public TransportResponse Send(TransportRequest request, CancellationToken cancellationToken)
            {
                Requests.Add(request);
                return answer(request);
            }
        }

        private sealed class Waiting : ITransport
        {
            private readonly ManualResetEventSlim begun;
            private readonly ManualResetEventSlim told;

            internal Waiting(ManualResetEventSlim begun, ManualResetEventSlim told)
            {
                this.begun = begun;
                this.told = told;
            }

            public TransportResponse Send(TransportRequest request, CancellationToken cancellationToken)
            {
                begun.Set();
                cancellationToken.WaitHandle.WaitOne();
                told.Set();
                throw new OperationCanceledException(cancellationToken);
            }
        }

        private sealed class Body : MemoryStream
        {
            internal Body(string text) : base(Encoding.UTF8.GetBytes(text)) { }

            internal volatile bool IsDisposed;

            protected override void Dispose(bool disposing)
            {
                IsDisposed = true;
                base.Dispose(disposing);
            }
        }

        private sealed class Broken : MemoryStream
        {
            public override int Read(byte[] buffer, int offset, int count)
            {
                throw new IOException("of my own");
            }
        }
    }
}

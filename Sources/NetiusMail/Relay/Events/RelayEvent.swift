internal import Netius

/// That mail was delivered, put off or given up: what is told of one attempt.
struct RelayEvent: Sendable {
    let message: QueuedMessage
    let recipients: [MailAddress]
    let outcomes: [DeliveryOutcome]
    let session: RelaySession?
    let destination: RelayDestination
    let start: Timestamp
    let end: Timestamp

    /// One line of JSON. What is known of the session has the names that earlier systems gave it.
    var json: String {
        let session = session
        let failure = outcomes.first { $0.kind != .delivered }
        let results = zip(recipients, outcomes).map { address, outcome in
            JSONText.object([
                ("recipient", address.description.quoted), ("result", "\(outcome.kind)".quoted),
                ("status", outcome.status.description.quoted), ("reply", outcome.text.quoted),
                ("host", outcome.host?.quoted),
            ])
        }
        return JSONText.object([
            ("event", "delivery".quoted), ("id", message.identifier.description.quoted),
            ("sender", (message.sender.address?.description ?? "").quoted), ("size", "\(message.size)"),
            ("domain", (session?.domain ?? "\(destination)").quoted), ("host", session?.host.quoted),
            ("port", session.map { "\($0.port)" }), ("mx_host", session?.host.quoted),
            ("greeting", session?.greeting?.quoted),
            ("queue_response", outcomes.first { $0.kind == .delivered }?.text.quoted),
            ("capabilities", session.map { JSONText.array($0.capabilities.map(\.quoted)) }),
            ("starttls", session.map { "\($0.usesStartTLS)" }), ("tls_version", session?.tlsVersion?.quoted),
            ("tls_cipher", session?.tlsCipher?.quoted), ("start_time", Self.seconds(start)),
            ("end_time", Self.seconds(end)), ("duration", Self.seconds(end.since(start))),
            ("recipients", JSONText.array(recipients.map { $0.description.quoted })), ("error", failure?.text.quoted),
            ("results", JSONText.array(results)), ("transcript", session?.transcript.map(Self.transcript)),
        ])
    }

    private static func transcript(_ transcript: SMTPTranscript) -> String {
        JSONText.array(
            transcript.entries.map { entry in
                JSONText.object([
                    ("direction", entry.direction.rawValue.quoted), ("message", entry.message.quoted),
                    ("timestamp", seconds(entry.time)),
                ])
            })
    }

    private static func seconds(_ time: Timestamp) -> String { decimal(time.millisecondsSince1970) }

    private static func seconds(_ duration: Duration) -> String { decimal(Int64(duration / .milliseconds(1))) }

    /// Milliseconds as seconds, with three decimals.
    private static func decimal(_ milliseconds: Int64) -> String {
        let (seconds, rest) = max(milliseconds, 0).quotientAndRemainder(dividingBy: 1000)
        return "\(seconds).\(String(rest + 1000).dropFirst())"
    }
}

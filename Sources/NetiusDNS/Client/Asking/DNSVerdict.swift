internal import Netius

/// What octets that have arrived are to a query (RFC 5452 section 9.1). Who sent them, and to which port, the connected
/// socket sees to.
enum DNSVerdict: Equatable {
    case answer(DNSMessage)
    /// Something else: it is as if it had not come.
    case notOurs
    /// An answer, but with the question in other letters: of a server that does not keep the case, or of somebody who
    /// guesses.
    case wrongCase(DNSMessage)
    /// It has the query's number and question, but the rest cannot be read.
    case malformed(DNSMessageError)

    init(on bytes: [UInt8], to query: DNSMessage) {
        guard bytes.count >= DNSMessage.headerSize, UInt16(bytes[0]) << 8 | UInt16(bytes[1]) == query.id,
            bytes[2] & 0x80 != 0
        else {
            self = .notOurs
            return
        }
        do throws(DNSMessageError) {
            self.init(on: try DNSMessage(decoding: bytes), to: query)
        } catch {
            let beginning = try? DNSMessage(decodingBeginningOf: bytes)
            let isOurs = beginning?.operation == query.operation && beginning?.questions == query.questions
            self = isOurs ? .malformed(error) : .notOurs
        }
    }

    private init(on message: DNSMessage, to query: DNSMessage) {
        if message.questions.isEmpty, message.isRefusalToRead, message.operation == query.operation {
            // A server that cannot read a query need not repeat it.
            self = .answer(message)
        } else if message.operation == query.operation, message.questions == query.questions {
            let isSameCase = message.questions.first?.name.wire == query.questions.first?.name.wire
            self = isSameCase ? .answer(message) : .wrongCase(message)
        } else {
            self = .notOurs
        }
    }
}

extension DNSMessage {
    /// Whether the server has not understood the query, perhaps because of EDNS (RFC 6891 section 7).
    var isRefusalToRead: Bool {
        responseCode == .formatError || responseCode == .notImplemented || responseCode == .badVersion
    }
}

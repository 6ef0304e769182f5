import TestSupport

@testable import NetiusHTTP

/// All that a decoder told about the octets of a form.
struct MultipartTranscript: Equatable {
    struct Part: Equatable {
        var fields: HTTPFields
        var content: [UInt8] = []
        var isComplete = false

        var text: String { String(decoding: content, as: UTF8.self) }
    }

    var parts: [Part] = []
    var error: HTTPFormError?
    /// The most octets that had to be kept for presenting them again.
    var mostKept = 0
    /// A broken promise of the decoder.
    var violation: String?

    static func == (left: Self, right: Self) -> Bool {
        left.parts == right.parts && left.error == right.error && left.violation == right.violation
    }

    /// Reads the octets, which arrive in pieces of the sizes, the rest at once.
    init(
        _ input: [UInt8], boundary: String = "b", limits: HTTPMultipart.Limits = HTTPMultipart.Limits(),
        pieces: [Int] = []
    ) {
        guard let boundary = HTTPMultipartBoundary(boundary) else {
            error = .invalidBoundary
            return
        }
        var decoder = HTTPMultipartDecoder(boundary: boundary, limits: limits)
        var (arrived, position) = (0, 0)
        var pieces = pieces[...]
        do throws(HTTPFormError) {
            while arrived < input.count {
                arrived = min(arrived + (pieces.popFirst() ?? input.count), input.count)
                try read(&decoder, input, &position, arrived)
                mostKept = max(mostKept, arrived - position)
            }
            try decoder.finish()
        } catch {
            self.error = error
            // It stays so.
            do throws(HTTPFormError) {
                _ = try decoder.decode(input.span)
                violation = "read on after an error"
            } catch let again {
                if again != error { violation = "\(again) after \(error)" }
            }
        }
    }

    private mutating func read(
        _ decoder: inout HTTPMultipartDecoder, _ input: [UInt8], _ position: inout Int, _ arrived: Int
    ) throws(HTTPFormError) {
        while true {
            let (event, consumed) = try decoder.decode(input.span.extracting(position..<arrived))
            switch event {
            case .needsMore: break
            case .part(let fields):
                if parts.last?.isComplete == false { violation = "a part within a part" }
                parts.append(Part(fields: fields))
            case .data(let range):
                if range.isEmpty || parts.last?.isComplete != false { violation = "data out of place" }
                let start = position
                if var last = parts.popLast() {
                    last.content += input[(start + range.lowerBound)..<(start + range.upperBound)]
                    parts.append(last)
                }
            case .endOfPart:
                if parts.last?.isComplete != false { violation = "an end without a part" }
                if var last = parts.popLast() {
                    last.isComplete = true
                    parts.append(last)
                }
            }
            position += consumed
            if event == .needsMore { return }
            if consumed == 0 { violation = "an event of nothing" }
        }
    }
}

/// Undoes the content codings of a message, one after the other.
struct HTTPContentDecoder {
    private struct Stage {
        let inflater: Inflater
        /// What has come from the stage before and was not decoded.
        var input: ArraySlice<UInt8> = []
    }

    /// The most that is decoded at a time.
    static let outputBytes = 64 * 1024

    private var stages: [Stage]

    /// - Parameters:
    ///   - codings: In the order in which they were applied, as in Content-Encoding; at least one.
    ///   - limits: How far each of them may expand.
    ///   - acceptsBareStreams: See `Inflater`.
    init(_ codings: [HTTPContentCoding], limits: Inflater.Limits, acceptsBareStreams: Bool = false) {
        stages = codings.reversed().map { coding in
            Stage(inflater: Inflater(coding, limits: limits, acceptsBareStreams: acceptsBareStreams))
        }
    }

    /// Takes coded bytes, after `next` has returned nil.
    mutating func append(_ bytes: [UInt8]) {
        stages[0].input = bytes[...]
    }

    /// The next decoded bytes; nil when more coded ones are needed.
    mutating func next() throws(HTTPContentCodingError) -> [UInt8]? {
        var index = stages.count - 1
        while true {
            var output: [UInt8] = []
            let input = stages[index].input
            let step = try stages[index].inflater.inflate(input.span, into: &output, room: Self.outputBytes)
            stages[index].input = input.dropFirst(step.consumed)
            if output.isEmpty {
                // Its input is used up.
                guard index > 0 else { return nil }
                index -= 1
            } else {
                guard index < stages.count - 1 else { return output }
                index += 1
                stages[index].input = output[...]
            }
        }
    }

    /// Says that nothing follows.
    ///
    /// - Throws: `truncated`, unless every coding has come to its end.
    func finish() throws(HTTPContentCodingError) {
        for stage in stages { try stage.inflater.finish() }
    }
}

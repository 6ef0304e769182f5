/// Undoes the content codings of a message, one after the other.
struct HTTPContentDecoder {
    /// What a step came to.
    enum Step: Equatable {
        case decoded([UInt8])
        /// So many bytes have one coding less, and another still.
        case halfway(Int)
        /// More coded bytes are needed.
        case needsInput
    }

    private struct Stage {
        let inflater: Inflater
        /// What has come from the stage before and was not decoded.
        var input: ArraySlice<UInt8> = []
    }

    /// The most that is decoded at a time.
    static let outputBytes = 64 * 1024

    private var stages: [Stage]
    /// The stage that goes on.
    private var current = 0
    private let limits: Inflater.Limits
    /// The bytes that came, and what all stages together have made of them.
    private var coded = 0
    private var produced = 0

    /// - Parameters:
    ///   - codings: In the order in which they were applied, as in Content-Encoding; at least one.
    ///   - limits: How far each of them may expand, and all together.
    ///   - acceptsBareStreams: See `Inflater`.
    init(_ codings: [HTTPContentCoding], limits: Inflater.Limits, acceptsBareStreams: Bool = false) {
        self.limits = limits
        stages = codings.reversed().map { coding in
            Stage(inflater: Inflater(coding, limits: limits, acceptsBareStreams: acceptsBareStreams))
        }
    }

    /// Takes coded bytes, where they are needed.
    mutating func append(_ bytes: [UInt8]) {
        stages[0].input = bytes[...]
        coded += bytes.count
    }

    /// Decodes a piece, which takes no long time.
    mutating func step() throws(HTTPContentCodingError) -> Step {
        while true {
            var output: [UInt8] = []
            let input = stages[current].input
            let step = try stages[current].inflater.inflate(input.span, into: &output, room: Self.outputBytes)
            stages[current].input = input.dropFirst(step.consumed)
            produced += output.count
            // Each stage may expand as far as it is allowed to, but not on top of another that does.
            guard stages.count == 1 || produced <= limits.allowance || produced / max(limits.ratio, 1) <= coded else {
                throw .tooExpansive
            }
            if output.isEmpty {
                // Its input is used up.
                guard current > 0 else { return .needsInput }
                current -= 1
            } else {
                guard current < stages.count - 1 else { return .decoded(output) }
                current += 1
                stages[current].input = output[...]
                return .halfway(output.count)
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

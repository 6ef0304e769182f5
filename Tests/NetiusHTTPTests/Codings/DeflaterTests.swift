import Testing

@testable import NetiusHTTP

@Suite("Deflater")
struct DeflaterTests {
    @Test("What was coded can be decoded, at every level", arguments: HTTPContentCoding.allCases, -1...10)
    func levels(coding: HTTPContentCoding, level: Int) throws {
        for sample in CodedSamples.all {
            #expect(try decoded(coded(sample, coding, level: level), coding) == sample)
        }
    }

    @Test("The result does not depend on how much room there is", arguments: HTTPContentCoding.allCases)
    func room(coding: HTTPContentCoding) {
        for sample in CodedSamples.all {
            let whole = coded(sample, coding)
            for room in [0, 64, 65, 1000] {
                #expect(coded(sample, Deflater(coding, level: 4), room: room) == whole)
            }
        }
    }

    @Test("A step adds no more than there is room for")
    func bounded() {
        let deflater = Deflater(.gzip, level: 4)
        var output: [UInt8] = []
        let step = deflater.deflate(CodedSamples.noise.span, .finish, into: &output, room: 100)
        #expect(output.count == 100 && !step.isDone)
    }

    @Test("Input cut in two anywhere comes out whole", arguments: HTTPContentCoding.allCases)
    func splits(coding: HTTPContentCoding) throws {
        let text = Array(CodedSamples.text.prefix(300))
        for cut in 0...text.count {
            let deflater = Deflater(coding, level: 4)
            let bytes =
                coded(Array(text[..<cut]), deflater, flush: .none, room: 64)
                + coded(Array(text[cut...]), deflater, room: 64)
            #expect(try decoded(bytes, coding) == text)
        }
    }

    @Test("After a sync flush everything that was put in can be decoded", arguments: HTTPContentCoding.allCases)
    func syncFlush(coding: HTTPContentCoding) throws {
        let deflater = Deflater(coding, level: 4)
        let inflater = Inflater(coding)
        var output: [UInt8] = []
        for number in 0..<100 {
            let event = CodedSamples.bytes("data: \(number)\n\n")
            let bytes = coded(event, deflater, flush: .sync, room: 64)
            output.removeAll()
            #expect(try inflater.inflate(bytes.span, into: &output, room: 1000).needsInput)
            #expect(output == event)
        }
        let end = coded([], deflater, room: 64)
        _ = try inflater.inflate(end.span, into: &output, room: 1000)
        try inflater.finish()
    }

    @Test("To flush what was flushed already adds nothing")
    func emptyFlush() {
        let deflater = Deflater(.gzip, level: 4)
        #expect(!coded([1], deflater, flush: .sync, room: 64).isEmpty)
        #expect(coded([], deflater, flush: .sync, room: 64).isEmpty)
    }

    @Test("Without a flush small input waits")
    func noFlush() {
        let deflater = Deflater(.deflate, level: 4)
        let header = coded([], deflater, flush: .none, room: 64)
        #expect(header.count <= 2)
        #expect(coded(Array(CodedSamples.text.prefix(200)), deflater, flush: .none, room: 64).count <= 2)
    }

    @Test("A deflater that is used again knows nothing of before", arguments: HTTPContentCoding.allCases)
    func reset(coding: HTTPContentCoding) {
        let deflater = Deflater(coding, level: 4)
        let fresh = coded(CodedSamples.text, deflater, room: 1000)
        deflater.reset()
        _ = coded(CodedSamples.noise, deflater, flush: .none, room: 1000)
        deflater.reset()
        #expect(coded(CodedSamples.text, deflater, room: 1000) == fresh)
    }

    @Test("Higher levels make text smaller")
    func smaller() {
        var generator = SeededGenerator(seed: 9)
        let words = (0..<300).map { "word\($0 * $0) " }
        let text = (0..<5000).map { _ in words[Int.random(in: 0..<300, using: &generator)] }.joined()
        let sizes = [1, 9].map { coded(CodedSamples.bytes(text), level: $0).count }
        #expect(sizes[0] > sizes[1])
    }
}

@Suite("Pool of deflaters")
struct DeflaterPoolTests {
    @Test("Gives out what it was given back, ready for another stream")
    func reuse() throws {
        let pool = DeflaterPool(.gzip, level: 4)
        let first = pool.take()
        _ = coded(CodedSamples.text, first, flush: .sync, room: 1000)
        pool.giveBack(first)
        #expect(pool.count == 1)
        let second = pool.take()
        #expect(second === first && pool.count == 0)
        #expect(try decoded(coded(CodedSamples.text, second, room: 1000)) == CodedSamples.text)
    }

    @Test("Keeps no more than its capacity")
    func capacity() {
        let pool = DeflaterPool(.gzip, level: 4)
        let deflaters = (0..<DeflaterPool.capacity + 3).map { _ in pool.take() }
        for deflater in deflaters { pool.giveBack(deflater) }
        #expect(pool.count == DeflaterPool.capacity)
    }
}

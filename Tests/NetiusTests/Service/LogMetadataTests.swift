import Netius
import Testing

@Suite struct LogMetadataTests {
    @Test("Values keep the order in which they were added, also when one changes")
    func order() {
        var metadata: LogMetadata = ["z": "1", "a": "2"]
        metadata["m"] = "3"
        metadata["z"] = "4"
        #expect(metadata.map(\.key) == ["z", "a", "m"])
        #expect(metadata.map(\.value) == ["4", "2", "3"])
    }

    @Test("A name written twice counts once, with its last value")
    func duplicates() {
        let metadata: LogMetadata = ["a": "1", "b": "2", "a": "3"]
        #expect(metadata == ["a": "3", "b": "2"])
    }

    @Test("Setting nil removes a value")
    func removal() {
        var metadata: LogMetadata = ["a": "1", "b": "2"]
        metadata["a"] = nil
        metadata["c"] = nil
        #expect(metadata == ["b": "2"])
        #expect(metadata["a"] == nil)
    }

    @Test("Of two merged, the second wins")
    func merging() {
        let first: LogMetadata = ["a": "1", "b": "2"]
        #expect(first.merging(["b": "3", "c": "4"]) == ["a": "1", "b": "3", "c": "4"])
        #expect(LogMetadata().merging(first) == first)
        #expect(first.merging([:]) == first)
    }

    @Test("Equality looks at names, values and order")
    func equality() {
        #expect(["a": "1", "b": "2"] as LogMetadata != ["b": "2", "a": "1"])
        #expect(["a": "1"] as LogMetadata != ["a": "2"])
    }
}

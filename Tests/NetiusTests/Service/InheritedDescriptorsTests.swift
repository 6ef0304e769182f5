import Foundation
import Testing

@testable import Netius

@Suite struct InheritedDescriptorsTests {
    private static let own = "\(ProcessInfo.processInfo.processIdentifier)"

    @Test("The descriptors that a supervisor counts begin at 3")
    func counted() throws {
        for (count, expected) in [("0", []), ("1", [3]), ("3", [3, 4, 5])] as [(String, [Int32])] {
            let environment = Environment(["LISTEN_PID": Self.own, "LISTEN_FDS": count])
            #expect(try InheritedDescriptors.listening(environment) == expected)
        }
    }

    @Test("What was meant for another process, or for nobody, isn't ours")
    func otherProcess() throws {
        for values in [[:], ["LISTEN_FDS": "2"], ["LISTEN_PID": Self.own], ["LISTEN_PID": "1", "LISTEN_FDS": "2"]] {
            #expect(try InheritedDescriptors.listening(Environment(values)).isEmpty)
        }
    }

    @Test("What can't be understood is an error that names it", arguments: ["-1", "x", "1025", "99999999999999999999"])
    func malformed(count: String) {
        let environment = Environment(["LISTEN_PID": Self.own, "LISTEN_FDS": count])
        let error = #expect(throws: ConfigurationError.self) { try InheritedDescriptors.listening(environment) }
        #expect(error.map { "\($0)".contains("LISTEN_FDS") } == true)
    }
}

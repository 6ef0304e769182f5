import Foundation

/// The sockets of this machine, but for those that listen, that somebody holds at a TCP port of 127.0.0.1, whichever
/// end of a connection has it; nil where the system does not tell.
func openSockets(at port: UInt16) -> Int? {
    guard let table = try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8) else { return nil }
    let number = String(port, radix: 16, uppercase: true)
    let suffix = ":" + String(repeating: "0", count: 4 - number.count) + number
    return table.split(separator: "\n").dropFirst().count { row in
        let columns = row.split(separator: " ")
        guard columns.count > 9 else { return false }
        let (isListening, isHeld) = (columns[3] == "0A", columns[9] != "0")
        return (columns[1].hasSuffix(suffix) || columns[2].hasSuffix(suffix)) && !isListening && isHeld
    }
}

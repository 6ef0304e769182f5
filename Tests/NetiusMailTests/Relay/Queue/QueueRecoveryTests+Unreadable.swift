import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusMail

extension QueueRecoveryTests {
    @Test("leaves a file that cannot be read where it is, and finds it once it can be")
    func unreadable() async throws {
        try await withTemporaryDirectory { directory in
            let identifier = try await fill(directory)[0]
            try FileSystem.removeFile(path(directory, identifier))
            let spare = try sparePath(directory)
            try FileSystem.move(spare, to: "\(directory)/away")
            try FileManager.default.createSymbolicLink(atPath: spare, withDestinationPath: spare)
            let (queue, _) = try await mailQueue(directory)
            let (found, failure) = try queue.list()
            #expect(found.isEmpty)
            #expect(failure != nil)
            #expect(throws: MailQueueError.self) { try queue.identifiers() }
            #expect(try incoming(directory).count == 1)
            try FileSystem.move("\(directory)/away", to: spare)
            let (rest, remaining) = queue.listRest()
            #expect(rest == [identifier])
            #expect(remaining == nil)
            #expect(try incoming(directory).isEmpty)
            #expect(queue.listRest().found.isEmpty)
            #expect(try queue.identifiers() == [identifier])
        }
    }

    @Test("does not bring back what was removed while its other name could not be read")
    func removedMeanwhile() async throws {
        try await withTemporaryDirectory { directory in
            let identifier = try await fill(directory)[0]
            let spare = try sparePath(directory)
            try FileSystem.move(spare, to: "\(directory)/away")
            try FileManager.default.createSymbolicLink(atPath: spare, withDestinationPath: spare)
            let (queue, _) = try await mailQueue(directory)
            #expect(try queue.list().found == [identifier])
            try queue.remove(identifier)
            try FileSystem.move("\(directory)/away", to: spare)
            #expect(queue.listRest().found.isEmpty)
            #expect(try queue.identifiers().isEmpty)
            #expect(try incoming(directory).isEmpty)
        }
    }

    @Test("keeps the spare's name where the other cannot be brought to the disk, and tells of the message")
    func unsynchronized() async throws {
        try await withTemporaryDirectory { directory in
            let identifier = try await fill(directory)[0]
            try FileSystem.removeFile(path(directory, identifier))
            let isBroken = Box(true)
            let (queue, _) = try await mailQueue(directory) { configuration in
                configuration.disk.synchronize = { _ in
                    if isBroken.value { throw SystemError(operation: "synchronize", code: 5) }
                }
            }
            let (found, failure) = try queue.list()
            #expect(found == [identifier])
            #expect(failure != nil)
            #expect(try writtenSpares(directory).count == 1)
            isBroken.value = false
            let (rest, remaining) = queue.listRest()
            #expect(rest.isEmpty)
            #expect(remaining == nil)
            #expect(try writtenSpares(directory).isEmpty)
        }
    }

    @Test("does not read the content of what has its place, and does what it can where one folder fails")
    func folders() async throws {
        try await withTemporaryDirectory { directory in
            let identifiers = try await fill(directory, 2, apart: 1000).sorted()
            let (checks, isBroken) = (Box(0), Box(true))
            let (queue, _) = try await mailQueue(directory) { configuration in
                configuration.disk.check = { _ in checks.update { $0 += 1 } }
                configuration.disk.synchronize = { folder in
                    if isBroken.value, folder.hasSuffix(identifiers[0].folder) {
                        throw SystemError(operation: "synchronize", code: 5)
                    }
                }
            }
            let (found, failure) = try queue.list()
            #expect(found == identifiers)
            #expect(failure != nil)
            #expect(try writtenSpares(directory).count == 1)
            isBroken.value = false
            #expect(try queue.identifiers() == identifiers)
            #expect(try writtenSpares(directory).isEmpty)
            #expect(checks.value == 0)
        }
    }

    @Test("gives a message whose content cannot be read its place when its time is over, so that its sender is told")
    func unreadableContent() async throws {
        try await withTemporaryDirectory { directory in
            let identifier = try await fill(directory)[0]
            try FileSystem.removeFile(path(directory, identifier))
            let code: Box<Int32> = Box(5)
            do {
                let (queue, _) = try await mailQueue(directory) { configuration in
                    configuration.disk.check = { _ in throw SystemError(operation: "read", code: 5) }
                }
                #expect(try queue.list().found.isEmpty)
                #expect(queue.listRest().failure?.code == 5)
            }
            code.value = 24
            let (queue, _) = try await mailQueue(directory) { configuration in
                configuration.expiry = .zero
                configuration.unreadablePatience = .zero
                configuration.disk.check = { _ in throw SystemError(operation: "read", code: code.value) }
            }
            // Not for want of descriptors.
            #expect(try queue.list().found.isEmpty)
            code.value = 5
            #expect(queue.listRest().found == [identifier])
            #expect(try incoming(directory).isEmpty)
            #expect(try queue.identifiers() == [identifier])
        }
    }

    @Test("sets aside what cannot be read at all when its time is over")
    func expired() async throws {
        try await withTemporaryDirectory { directory in
            let identifier = try await fill(directory)[0]
            let spare = try sparePath(directory)
            try FileSystem.removeFile(spare)
            try FileManager.default.createSymbolicLink(atPath: spare, withDestinationPath: spare)
            do {
                let (queue, _) = try await mailQueue(directory)
                #expect(try queue.list().failure != nil)
            }
            do {
                let (queue, _) = try await mailQueue(directory) { $0.expiry = .zero }
                #expect(try queue.list().failure != nil)
            }
            let (queue, log) = try await mailQueue(directory) { configuration in
                configuration.expiry = .zero
                configuration.unreadablePatience = .zero
            }
            #expect(try queue.identifiers() == [identifier])
            #expect(try incoming(directory).isEmpty)
            #expect(try corrupt(directory) == [String(spare.split(separator: "/").last ?? "")])
            #expect(log.records(.error).contains { $0.message.hasPrefix("gave up a file that cannot be read") })
        }
    }

    @Test("does not look at what has come since for the sake of what cannot be read")
    func since() async throws {
        try await withTemporaryDirectory { directory in
            let before = try await fill(directory)[0]
            let spare = try sparePath(directory)
            try FileSystem.removeFile(spare)
            try FileManager.default.createSymbolicLink(atPath: spare, withDestinationPath: spare)
            let (queue, _) = try await mailQueue(directory)
            let identifier = try await queue.write()
            for (identifier, isNew) in [(before, false), (identifier, true)] {
                let place = queue.path(of: identifier)
                try FileSystem.removeFile(place)
                try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: place)
                if isNew {
                    try queue.remove(identifier)
                } else {
                    #expect(throws: MailQueueError.self) { try queue.remove(identifier) }
                }
            }
        }
    }
}

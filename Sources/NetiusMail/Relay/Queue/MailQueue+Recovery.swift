internal import Netius

extension MailQueue {
    /// The identifiers of all messages, the oldest first. What is no message is set aside. This waits for a disk.
    func identifiers() throws(MailQueueError) -> [MailIdentifier] {
        try Self.systemErrors {
            var found: [MailIdentifier] = []
            for folder in try FileSystem.names(in: activePath) {
                let names: [String]
                do {
                    names = try FileSystem.names(in: "\(activePath)/\(folder)")
                } catch let error as SystemError where error.isNotFound {
                    // It was emptied and removed meanwhile.
                    continue
                } catch {
                    setAside("\(activePath)/\(folder)", as: folder)
                    continue
                }
                // Folders of a message's time may have been made for nothing.
                if names.isEmpty { _ = FileSystem.removeFolder("\(activePath)/\(folder)") }
                for name in names {
                    if let identifier = MailIdentifier(name), identifier.description == name,
                        identifier.folder == folder
                    {
                        found.append(identifier)
                    } else {
                        setAside("\(activePath)/\(folder)/\(name)", as: name)
                    }
                }
            }
            return found.sorted()
        }
    }
}

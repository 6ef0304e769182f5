internal import Netius

extension MailQueue {
    /// The identifiers of all messages, the oldest first. This waits for a disk.
    ///
    /// - Throws: `MailQueueError`, also where a single folder cannot be read.
    func identifiers() throws(MailQueueError) -> [MailIdentifier] {
        let (found, failure) = try list()
        if let failure { throw .system(failure) }
        return found
    }

    /// The identifiers of all messages, the oldest first, and why folders could not be read, where that is so: they are left
    /// to `listRest`. What is no message is set aside. This waits for a disk.
    func list() throws(MailQueueError) -> (found: [MailIdentifier], failure: SystemError?) {
        try Self.systemErrors {
            let folders = try FileSystem.names(in: activePath)
            unlisted.withLock { unlisted in
                for folder in folders { unlisted[folder] = [] }
            }
        }
        return listRest()
    }

    /// The same of what could not be read before, but for the messages that were put there since: whoever put them there
    /// knows of them.
    func listRest() -> (found: [MailIdentifier], failure: SystemError?) {
        var (found, failure) = recover()
        // They are found where they are now, or would be twice.
        unlisted.withLock { unlisted in found.removeAll { unlisted[$0.folder] != nil } }
        for folder in unlisted.withLock({ Array($0.keys) }) {
            do {
                let names = try FileSystem.names(in: "\(activePath)/\(folder)")
                let since = unlisted.withLock { $0.removeValue(forKey: folder) } ?? []
                found += messages(names, in: folder).filter { !since.contains($0) }
                // Folders of a message's time may have been made for nothing.
                if names.isEmpty { removeFolderIfEmpty(folder) }
            } catch let error as SystemError where error.isNotFound {
                // It was emptied and removed meanwhile.
                unlisted.withLock { _ = $0.removeValue(forKey: folder) }
            } catch let error as SystemError where error.isNoFolder {
                setAside("\(activePath)/\(folder)", as: folder)
                unlisted.withLock { _ = $0.removeValue(forKey: folder) }
            } catch {
                // There may be mail in it: it stays where it is.
                failure =
                    error as? SystemError ?? SystemError(operation: "list \(activePath)/\(folder) (\(error))", code: 0)
            }
        }
        return (found.sorted(), failure)
    }

    private func messages(_ names: [String], in folder: String) -> [MailIdentifier] {
        names.compactMap { name in
            if let identifier = MailIdentifier(name), identifier.description == name, identifier.folder == folder {
                return identifier
            }
            setAside("\(activePath)/\(folder)/\(name)", as: name)
            return nil
        }
    }
}

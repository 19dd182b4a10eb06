// Keeps an eye on the Start Menu, and on which files its programs open, on a thread of its own: reading shortcuts and icons may wait for slow disks.
#pragma once

#include <memory>
#include <vector>

#include "associations/associations.h"
#include "log/log.h"
#include "start-menu/catalogue.h"
#include "start-menu/listing.h"
#include "win/mailbox.h"
#include "win/registry-watch.h"

namespace xpane {

class StartMenuWatcher {
public:
    // Starts the first scan at once. Throws std::runtime_error if Windows gives no thread.
    explicit StartMenuWatcher(Log& log);
    ~StartMenuWatcher();
    StartMenuWatcher(const StartMenuWatcher&) = delete;
    StartMenuWatcher& operator=(const StartMenuWatcher&) = delete;

    // Set while there is a catalogue to take: the first one, and one after every change.
    HANDLE event() const { return catalogues_.event(); }
    // The newest catalogue; null if there is none that was not taken yet.
    std::unique_ptr<const Catalogue> take();

private:
    void run();
    bool waitForChange();
    void look();

    Log& log_;
    UniqueHandle stop_;
    Mailbox<std::unique_ptr<const Catalogue>> catalogues_;
    std::vector<std::wstring> folders_;
    std::vector<UniqueChangeNotification> notifications_;
    std::vector<RegistryWatch> classes_;  // who opens which files
    std::vector<ShortcutFile> seen_;
    Associations associations_;
    bool classesChanged_ = true;
    bool lookedOnce_ = false;
    UniqueHandle thread_;  // last: it uses all the others
};

}  // namespace xpane

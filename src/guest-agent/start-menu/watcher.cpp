#include "start-menu/watcher.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "start-menu/listing.h"
#include "start-menu/scan.h"
#include "win/clock.h"
#include "win/com.h"
#include "win/thread.h"

namespace xpane {
namespace {

// An installer writes its shortcuts in one go: look when it has paused, but do not wait for ever.
constexpr DWORD settleMs = 250;
constexpr uint64_t mostSettlingMs = 2000;
// Notifications may be missing (a redirected folder on a network drive): then we look now and then.
constexpr DWORD lookAgainMs = 3000;
constexpr DWORD stopMs = 2000;

}  // namespace

StartMenuWatcher::StartMenuWatcher(Log& log)
    : log_(log), stop_(CreateEventW(nullptr, TRUE, FALSE, nullptr)), thread_(startThread([this] { run(); })) {
    if (!thread_) throw std::runtime_error("no thread for the Start Menu: error " + std::to_string(GetLastError()));
}

StartMenuWatcher::~StartMenuWatcher() {
    SetEvent(stop_.get());
    // A scan that hangs uses this object: rather end the whole process, which is ending anyway.
    if (WaitForSingleObject(thread_.get(), stopMs) != WAIT_OBJECT_0) TerminateProcess(GetCurrentProcess(), 0);
}

std::unique_ptr<const Catalogue> StartMenuWatcher::take() {
    auto taken = catalogues_.take();
    return taken.empty() ? nullptr : std::move(taken.back());
}

void StartMenuWatcher::run() {
    const ComApartment apartment;
    folders_ = programFolders();
    // Before the first look, so that nothing falls in between.
    for (const std::wstring& folder : folders_) {
        UniqueChangeNotification notification(FindFirstChangeNotificationW(
            folder.c_str(), TRUE,
            FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME | FILE_NOTIFY_CHANGE_LAST_WRITE));
        if (notification) notifications_.push_back(std::move(notification));
    }
    // HKEY_CLASSES_ROOT is made of both, and cannot be watched itself everywhere.
    for (const HKEY root : {HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER}) {
        RegistryWatch watch(root, L"Software\\Classes");
        if (watch.event()) classes_.push_back(std::move(watch));
    }
    do {
        look();
    } while (waitForChange());
}

// False when it is time to stop.
bool StartMenuWatcher::waitForChange() {
    std::vector<HANDLE> handles{stop_.get()};
    for (const auto& notification : notifications_) handles.push_back(notification.get());
    for (const auto& watch : classes_) handles.push_back(watch.event());
    const auto count = static_cast<DWORD>(handles.size());
    DWORD waitMs = notifications_.size() == folders_.size() ? INFINITE : lookAgainMs;
    const uint64_t start = nowMs();
    while (true) {
        const DWORD result = WaitForMultipleObjects(count, handles.data(), FALSE, waitMs);
        if (result == WAIT_OBJECT_0) return false;
        if (result >= WAIT_OBJECT_0 + count) return true;  // nothing (more) happened in that time
        const DWORD which = result - WAIT_OBJECT_0 - 1;
        if (which < notifications_.size()) {
            FindNextChangeNotification(notifications_[which].get());
        } else {
            classes_[which - notifications_.size()].arm();
            classesChanged_ = true;
        }
        if (waitMs == settleMs && nowMs() - start > mostSettlingMs) return true;
        waitMs = settleMs;
    }
}

void StartMenuWatcher::look() {
    std::vector<ShortcutFile> files = shortcutsIn(folders_);
    const uint64_t start = nowMs();
    Associations associations = std::exchange(classesChanged_, false) ? readAssociations() : associations_;
    if (lookedOnce_ && files == seen_ && associations == associations_) return;
    auto catalogue = std::make_unique<const Catalogue>(catalogueOf(files, associations));
    log_.write(LogLevel::info, "start menu: " + std::to_string(catalogue->size()) + " applications of " +
                                   std::to_string(files.size()) + " shortcuts in " +
                                   std::to_string(nowMs() - start) + " ms");
    lookedOnce_ = true;
    seen_ = std::move(files);
    associations_ = std::move(associations);
    catalogues_.post(std::move(catalogue));
}

}  // namespace xpane

// What a host wants of files, loans, print jobs and shares, as the golden vectors have it.
#pragma once

#include <nlohmann/json.hpp>

#include "crypto/hex.h"
#include "protocol/commands.h"
#include "protocol/encode-files.h"

namespace xpane {

struct DescribedFile {
    using json = nlohmann::json;

    json operator()(const FilePut& p) const {
        json described = {{"type", "file-put"},
                          {"transferId", p.transferId},
                          {"documentId", p.file.documentId},
                          {"path", p.file.path},
                          {"sizeBytes", p.sizeBytes},
                          {"modifiedUnixMs", p.modifiedUnixMs},
                          {"readOnly", p.readOnly}};
        if (p.expect) described["expect"] = *p.expect;
        return described;
    }
    json operator()(const FileGet& g) const {
        return {{"type", "file-get"},
                {"transferId", g.transferId},
                {"documentId", g.file.documentId},
                {"path", g.file.path}};
    }
    json operator()(const PrintGet& g) const {
        return {{"type", "print-get"}, {"transferId", g.transferId}, {"jobId", g.jobId}};
    }
    json operator()(const PrinterList& list) const {
        json printers = json::array();
        for (const Printer& one : list.printers) printers.push_back({{"printerId", one.printerId}, {"name", one.name}});
        return {{"type", "printer-list"},
                {"printers", printers},
                {"paper", list.paper == Paper::a4 ? "a4" : "letter"}};
    }
    json operator()(const PrintDone& done) const { return {{"type", "print-done"}, {"jobId", done.jobId}}; }
    json operator()(const TransferAck& a) const { return transferAckMessage(a.transferId, a.bytes); }
    json operator()(const TransferCancel& c) const {
        return {{"type", "transfer-cancel"}, {"transferId", c.transferId}};
    }
    json operator()(const FileOpen& o) const {
        json described = {{"type", "file-open"},
                          {"requestId", o.requestId},
                          {"documentId", o.file.documentId},
                          {"path", o.file.path}};
        if (o.applicationId) described["applicationId"] = *o.applicationId;
        return described;
    }
    json operator()(const FileDrop& d) const {
        json files = json::array();
        for (const FileName& one : d.files) files.push_back({{"documentId", one.documentId}, {"path", one.path}});
        return {{"type", "file-drop"}, {"requestId", d.requestId}, {"windowId", d.windowId},
                {"x", d.x},            {"y", d.y},                 {"files", files}};
    }
    json operator()(const DocumentForget& f) const {
        json described = {{"type", "document-forget"}, {"documentId", f.documentId}};
        if (f.expect) described["expect"] = *f.expect;
        return described;
    }
    json operator()(const LoanCommand& command) const { return std::visit(*this, command); }
    json operator()(const LoanHandling& h) const { return {{"type", "loan-handling"}, {"extensions", h.extensions}}; }
    json operator()(const LoanAnswer& a) const {
        return {{"type", "loan-answer"}, {"loanId", a.loanId}, {"taken", a.taken}};
    }
    json operator()(const LoanReturn& r) const { return {{"type", "loan-return"}, {"loanId", r.loanId}}; }
    json operator()(const LoanGet& g) const {
        return {{"type", "loan-get"}, {"transferId", g.transferId}, {"loanId", g.loanId}};
    }
    json operator()(const LoanPut& p) const {
        json described = {{"type", "loan-put"}, {"transferId", p.transferId}, {"loanId", p.loanId},
                          {"sizeBytes", p.sizeBytes}, {"modifiedUnixMs", p.modifiedUnixMs}};
        if (p.over) described["over"] = hexOf(*p.over);
        return described;
    }
    json operator()(const ShareStep& s) const {
        constexpr const char* types[] = {"share-open", "share-close", "file-remove", "file-move", "folder-make",
                                         "folder-remove"};
        json described = {{"type", types[static_cast<size_t>(s.kind)]},
                                    {"requestId", s.requestId},
                                    {"documentId", s.file.documentId}};
        if (!s.file.path.empty()) described["path"] = s.file.path;
        if (!s.expect.empty()) described["expect"] = s.expect;
        if (!s.to.empty()) described["to"] = s.to;
        if (s.kind == ShareStep::Kind::open) {
            described["drive"] = s.drive == 0 ? std::string() : std::string(1, s.drive);
            described["documents"] = s.documents;
        }
        return described;
    }
};

}  // namespace xpane

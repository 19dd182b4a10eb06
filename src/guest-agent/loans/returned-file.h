// Content that comes back from the host to the file that was lent to it, or beside it.
#pragma once

#include <string>

#include "files/incoming-file.h"
#include "loans/loan-table.h"

namespace xpane {

class ReturnedFile : public IncomingFile {
public:
    // `path`: of the lent file.
    ReturnedFile(const DocumentStore& store, LoanTable& loans, const LoanPut& put, std::wstring path);

    // Nothing is taken for a file that is not what the host thinks it is.
    TransferStep begin() override;
    bool isDocument() const override { return false; }

private:
    TransferStep place(FileState& state) override;
    TransferStep expectTarget() const;
    TransferStep placeOver() const;
    TransferStep placeBeside();

    LoanTable& loans_;
    const LoanPut put_;
    std::wstring target_;
};

}  // namespace xpane

// What a request was answered before, newest first; any two are shown as a difference. GUI thread.
#pragma once

#include <QWidget>
#include <vector>

#include "workbench/traffic/exchange.h"

class QLabel;
class QPushButton;

namespace panels::kit {
class CellRows;
class TableView;
}  // namespace panels::kit

namespace panels::requests {

class RequestHistory : public QWidget {
  Q_OBJECT
 public:
  explicit RequestHistory(QWidget* parent = nullptr);
  void set_exchanges(const std::vector<workbench::traffic::Exchange>& all, const workbench::traffic::SavedRequest& request);
  kit::TableView* table() const { return table_; }
  void diff_chosen();                 // of the two rows that are selected, older against newer

 Q_SIGNALS:
  void chosen(qint64 started_wall_ns);

 private:
  std::vector<workbench::traffic::Exchange> shown_;
  kit::CellRows* rows_;
  kit::TableView* table_;
  QLabel* title_;
  QPushButton* diff_;
};

// Status, headers and body of a reply as one text, for the difference of two.
QString reply_text(const workbench::traffic::Exchange& exchange);

}  // namespace panels::requests

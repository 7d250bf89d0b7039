// What came back: pretty, raw, headers, where the time went, and each assertion with what was found. GUI thread.
#pragma once

#include <QWidget>
#include <optional>

#include "workbench/traffic/exchange.h"

class QLabel;
class QStackedWidget;

namespace panels::kit {
class CellRows;
class CodeEdit;
class TableView;
class TabStrip;
class Tag;
}  // namespace panels::kit

namespace panels::requests {

class ReplyView : public QWidget {
  Q_OBJECT
 public:
  enum Part { kPretty, kRaw, kHeaders, kTiming, kAsserts, kPartCount };
  explicit ReplyView(QWidget* parent = nullptr);
  void show_exchange(const workbench::traffic::Exchange& exchange);
  void clear();
  int part() const;
  void show_part(int part);
  QString shown_text() const;                 // what Copy copies
  kit::CodeEdit* body() const { return text_; }
  kit::TableView* assertions() const { return assertions_; }

 private:
  void show_text();
  kit::TabStrip* tabs_;
  QStackedWidget* pages_;
  kit::CodeEdit* text_;
  kit::CellRows *timing_rows_, *assertion_rows_;
  kit::TableView *timing_, *assertions_;
  std::optional<workbench::traffic::Exchange> exchange_;
};

// The line under request and reply: status, time, size, when it was sent and under which config.
class ReplyFoot : public QWidget {
  Q_OBJECT
 public:
  explicit ReplyFoot(QWidget* parent = nullptr);
  void show_sending(qint64 since_ms);
  void show_exchange(const workbench::traffic::Exchange* exchange);   // null: not sent

 private:
  kit::Tag* code_;
  QLabel *figures_, *sent_;
};

QString clock_text(std::int64_t wall_ns, bool millis);   // "14:09:12.314"

}  // namespace panels::requests

// States of a panel: nothing yet, nothing that fits, something wrong; and a block of code as text.
#pragma once

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <functional>

#include "panels/kit/controls.h"

namespace panels::kit {

// First use, filtered empty, never any: icon 32, one sentence, one primary action, one link.
class EmptyState : public QWidget {
  Q_OBJECT
 public:
  EmptyState(const QString& icon_name, const QString& sentence, QWidget* parent = nullptr);
  void set_sentence(const QString& sentence, const QString& detail = {});
  QPushButton* set_action(const QString& text, std::function<void()> run, const QString& shortcut = {});
  QPushButton* set_link(const QString& text, std::function<void()> run);

 private:
  QLabel *sentence_, *detail_;
  QPushButton *action_, *link_;
  std::function<void()> run_, go_;
};

// Inline banner for what is wrong in a panel: cause, a way out, copy details. Hidden while it has no text.
class Banner : public QFrame {
  Q_OBJECT
 public:
  explicit Banner(QWidget* parent = nullptr);
  void show_error(const QString& text, const QString& action = {}, std::function<void()> run = {});
  void show_warning(const QString& text, const QString& action = {}, std::function<void()> run = {});
  void clear();
  const QString& text() const { return text_; }

 private:
  void set(const QString& text, const QString& action, std::function<void()> run, Token token);
  QString text_;
  IconLabel* icon_;
  QLabel* label_;
  QPushButton *action_, *copy_;
  std::function<void()> run_;
};

// Text block in mono on bg0 with a frame: code, YAML, a reply.
QWidget* code_block(const QString& text, const QString& accessible_name, QWidget* parent = nullptr);

}  // namespace panels::kit

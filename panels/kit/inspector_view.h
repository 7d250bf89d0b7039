// InspectorView: what a panel says about the selection, in the inspector.
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QWidget>
#include <functional>
#include <vector>

#include "panels/kit/theme.h"

class QHBoxLayout;
class QVBoxLayout;

namespace panels::kit {

// Inspector: header 56 (icon, caption, title), sections with a hairline between, rows 24, actions at the foot.
class InspectorView : public QWidget {
  Q_OBJECT
 public:
  InspectorView(const QString& icon_name, const QString& caption, const QString& title, QWidget* parent = nullptr, bool mono_title = false);
  const QString& icon_name() const { return icon_; }
  const QString& caption() const { return caption_; }
  const QString& title() const { return title_; }
  bool mono_title() const { return mono_title_; }
  QVBoxLayout* add_section(const QString& heading = {}, const QString& right = {});
  // Row 24 of the last section: name left, value right in mono.
  QLabel* add_row(const QString& name, const QString& value, Token token = Token::Tx);
  // A row whose value is a link to somewhere.
  QPushButton* add_link(const QString& name, const QString& value, std::function<void()> go);
  void add_widget(QWidget* widget);
  void add_text(const QString& text);                  // wrapped, Tx2
  void add_action(QPushButton* action);                // foot of the inspector
  const std::vector<QPushButton*>& actions() const { return actions_; }

 private:
  QString icon_, caption_, title_;
  bool mono_title_;
  QVBoxLayout* layout_;
  QVBoxLayout* section_ = nullptr;
  std::vector<QPushButton*> actions_;
};

}  // namespace panels::kit

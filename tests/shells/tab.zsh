# What zsh shows when the tab key is pressed: zsh -f tab.zsh SCRIPT LINE. Needs the module zpty, which comes with zsh.
zmodload zsh/zpty || exit 2
zpty shell zsh -f -i
# the marks are written in two pieces, so that what is typed here is no mark
zpty -w shell "PS1= PS2= RPS1=; fpath=(${(q)1:h} \$fpath); autoload -Uz compinit; compinit -u -D; setopt no_beep"
zpty -w shell "mark() { print -r -- 'E''ND' }; zle -N mark; bindkey -e; bindkey '^T' mark; LISTMAX=9999; print -r -- 'REA''DY'"
zpty -r -m shell seen '*READY*' || exit 2
zpty -n -w shell "$2"$'\t\C-t'
zpty -r -m shell seen '*END*' || exit 2
print -r -- "$seen"
zpty -d shell

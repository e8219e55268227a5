# What bash offers when the tab key is pressed: bash tab.bash SCRIPT WORD.. The last word is the one that is completed.
source "$1" || exit 2
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
_instaseed instaseed "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
